/**
 * Preloaded (`node --import`): the system's clock jumps by an hour, forwards and back, again and again. Timers are not
 * moved, as they are not on a real system.
 */
const HOUR = 3_600_000;
const SystemDate = Date;
let offset = 0;
const now = (): number => SystemDate.now() + offset;

globalThis.Date = new Proxy(SystemDate, {
  construct: (target, args: []) =>
    args.length === 0 ? new target(now()) : (Reflect.construct(target, args) as Date),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

let jumps = 0;
setInterval(() => {
  offset = [HOUR, -HOUR, 0][jumps++ % 3] ?? 0;
}, 70).unref();
