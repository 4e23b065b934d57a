export const own = "module";
