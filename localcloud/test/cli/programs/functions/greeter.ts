export const greeter = `exports.handler = async () => "hello";`;
