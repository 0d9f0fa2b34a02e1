// This file is sharp's part in bench/variants.py: the usual way and a hand-tuned one.
//
//   node variants_sharp.cjs NODE_MODULES usual|tuned SOURCES TARGET icons|all
//
// Usual: one sharp per picture, a clone per file. Tuned: decoded once to raw pixels,
// every size made from the next larger one that is there, every file from raw pixels,
// PNG with filters (as ours has them; without, its files are twice as large).
const fs = require("node:fs");
const path = require("node:path");
const [modules, way, sources, target, set] = process.argv.slice(2);
const sharp = require(path.join(path.resolve(modules), "sharp"));

const AT_A_TIME = 2;
const icons = [24, 48, 72, 160, 192];
const sizes = set === "icons" ? icons : [...icons, 512, 1024];
const formats = {
  png: (image) => image.png(),
  webp: (image) => image.webp({ quality: 82, effort: 4 }),
  avif: (image) => image.avif({ quality: 60, effort: 3 }), // effort 3 is speed 6
};
const formatsTuned = { ...formats, png: (image) => image.png({ adaptiveFiltering: true }) };
const formatsOf = (size) => (size >= 512 ? ["png", "webp", "avif"] : ["png", "webp"]);
const name = (file, size, format) =>
  path.join(target, `${path.parse(file).name}-${size}.${format}`);

async function usual(file) {
  const image = sharp(path.join(sources, file));
  await Promise.all(
    sizes.flatMap((size) =>
      formatsOf(size).map((format) =>
        formats[format](image.clone().resize({ width: size })).toFile(name(file, size, format)),
      ),
    ),
  );
}

async function tuned(file) {
  let from = await sharp(path.join(sources, file)).raw().toBuffer({ resolveWithObject: true });
  const written = [];
  for (const size of [...sizes].sort((a, b) => b - a)) {
    from = await sharp(from.data, { raw: from.info })
      .resize({ width: size })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const image = sharp(from.data, { raw: from.info });
    for (const format of formatsOf(size)) {
      written.push(formatsTuned[format](image.clone()).toFile(name(file, size, format)));
    }
  }
  await Promise.all(written);
}

async function main() {
  const files = fs.readdirSync(sources).filter((file) => file.endsWith(".png")).sort();
  const make = { usual, tuned }[way];
  const worker = async () => {
    while (files.length) await make(files.shift());
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
