import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe } from "vitest";

const canMount = process.getuid?.() === 0 && existsSync("/bin/mount");

/** Mounts a disk in memory, `options` as tmpfs takes them; gives its folder. */
type Mount = (name: string, options: string) => string;

/** Tests on disks of their own below `directory`, which are unmounted afterwards. */
export function describeDisks(directory: string, tests: (mount: Mount) => void): void {
  describe.skipIf(!canMount)(
    `disks${canMount ? "" : " (skipped: mounting a tmpfs needs root)"}`,
    () => {
      const mounted: string[] = [];
      afterAll(() => {
        for (const point of mounted) execFileSync("umount", [point]);
      });
      tests((name, options) => {
        const point = join(directory, name);
        mkdirSync(point);
        execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", point]);
        mounted.push(point);
        return point;
      });
    },
  );
}
