/** What the package's types say, to those who import it and to those who require it. */
import { expectTypeOf } from "expect-type";
import { compile, hostFacts, loadCompiled, trace, TsbtError, type CompiledScript, type TsbtErrorCode } from "tsbt";
import { eventsOf, syscallsOf } from "tsbt/vitest";

type Integer = number | bigint;

export async function check(): Promise<void> {
  await using t = await trace(`begin { printf("%d %s\n", pid, comm); @n[comm] = count(); @h = hist(1); }`);
  for await (const event of t.events) {
    if (event.kind === "printf") {
      expectTypeOf(event.args).toEqualTypeOf<readonly [Integer, string]>();
      expectTypeOf(event.format).toEqualTypeOf<"%d %s\n">();
      expectTypeOf(event.text).toBeString();
    }
    if (event.kind === "lost") expectTypeOf(event.count).toBeBigInt();
  }
  expectTypeOf(await t.maps.n.entries()).toEqualTypeOf<readonly (readonly [string, Integer])[]>();
  expectTypeOf(await t.maps.h.get()).toExtend<readonly { readonly count: Integer }[] | undefined>();
  expectTypeOf(t).not.toHaveProperty("close");
  expectTypeOf(t.ended).resolves.toEqualTypeOf<{ readonly status: number }>();
  expectTypeOf(t.lost).toBeBigInt();
  expectTypeOf(trace).parameter(1).toExtend<{ readonly signal?: AbortSignal; readonly pid?: number } | undefined>();
  expectTypeOf(compile("begin { }", { facts: hostFacts() })).toExtend<CompiledScript>();
  expectTypeOf(loadCompiled).parameter(0).toEqualTypeOf<Uint8Array>();
  expectTypeOf(new TsbtError("script", "x").code).toEqualTypeOf<TsbtErrorCode>();
  expectTypeOf(syscallsOf(() => {})).resolves.toEqualTypeOf<readonly string[]>();
  const [first] = await eventsOf(`begin { printf("%s", comm); }`, () => {});
  if (first?.kind === "printf") expectTypeOf(first.args).toEqualTypeOf<readonly [string]>();
}
