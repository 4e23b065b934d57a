/** A class, as a value. */
export type Class<Instance extends object = object> = abstract new (...given: never[]) => Instance;

/**
 * Which objects of a service's store are saved between two runs of the cloud, and how they come back. Plain objects,
 * arrays, maps, sets, dates and bytes need no rule. A timer comes back as `{ due }`: `resume` sets it again.
 */
export interface StoreSaving<Store> {
  /**
   * Fields of the store and of class instances that exist only while the cloud runs, such as processes and caches. Plain
   * objects may have a user's own names, such as those of variables, so nothing is omitted there by its name.
   */
  readonly transient?: readonly string[];
  /** Checks whether an object in plain data belongs to the running cloud. */
  omits?(value: object): boolean;
  /** Properties that may be functions, which are then omitted, such as a load that tests compute. */
  readonly computed?: readonly string[];
  /** Classes whose instances consist of data: they are created without their constructor. */
  readonly values?: readonly Class[];
  /** Classes whose instances the store's constructor creates: they get their saved data back. */
  readonly parts?: readonly Class[];
  /** Classes whose instances are created from some of their saved data, and then get the rest of it. */
  readonly made?: readonly MadeClass<Store>[];
  /** Ends what would still change the state, before it is saved. */
  halt?(store: Store): Promise<void>;
  /** Returns data outside of the store's own objects, such as a database's. */
  save?(store: Store): Promise<unknown>;
  /** Restores the data that `save` returned, after all objects are back. */
  load?(store: Store, saved: unknown): Promise<void>;
  /**
   * Sets the timers and starts the processes of what was restored. Called when all services have their state.
   * @param since when the state was saved, milliseconds of cloud time.
   */
  resume?(store: Store, since: number): void | Promise<void>;
}

export interface MadeClass<Store> {
  readonly of: Class;
  /** @param field returns the restored value of one of its fields. */
  make(field: (name: string) => unknown, store: Store): object;
}

/** A rule for instances of a class. The type of `field` is chosen by the caller, who knows the class's fields. */
export function made<Store, Instance extends object>(
  of: Class<Instance>,
  make: (field: <Name extends string>(name: Name) => never, store: Store) => Instance,
): MadeClass<Store> {
  return { of, make: (field, store) => make((name) => field(name) as never, store) };
}
