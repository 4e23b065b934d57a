exports.handler = async ({ name = "World" }) => ({
  hello: name,
  text: `${process.env.GREETING}, ${name}!`,
});
