/**
 * Changes a state after a check that takes time. If another request has replaced the state meanwhile, the new one is
 * read and checked as well, so that no change is lost. Nothing is awaited between the last reading and the change.
 */
export async function changeChecked<State, Result>(
  read: () => State,
  check: (state: State) => Promise<unknown>,
  change: (state: State) => Result,
): Promise<Result> {
  for (;;) {
    const state = read();
    await check(state);
    if (read() === state) return change(state);
  }
}
