import { join } from "node:path";
import { buildImages } from "./host/image.ts";
import type { Order } from "./trial.ts";

const { images, folder } = JSON.parse(process.argv[2] ?? "") as Order;
const began = Date.now();
await buildImages(images, join(folder, "build"));
console.log(`images ready after ${Math.round((Date.now() - began) / 1000)} s`);
