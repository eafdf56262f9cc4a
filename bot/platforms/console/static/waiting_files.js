// Keeps recordings and files that are not uploaded yet in the browser's database, so that a reload loses none.

const DATABASE = "genjin";
const STORE = "files";

// A browser in private mode may have no database; the page then keeps files in memory alone.
const database = new Promise((resolve) => {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: ["userId", "shown.ref"] });
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => resolve(undefined);
}).catch(() => undefined);

async function run(mode, work) {
  const open = await database;
  if (!open) return undefined;
  return new Promise((resolve) => {
    const transaction = open.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => resolve(undefined);
  });
}

// A file is { userId, shown, blob, name, kind, seconds }.
export const keepFile = (file) => run("readwrite", (store) => store.put(file));

export const dropFile = (userId, ref) => run("readwrite", (store) => store.delete([userId, ref]));

export const keptFiles = async (userId) => {
  const everyRef = IDBKeyRange.bound([userId], [userId, []]);
  return (await run("readonly", (store) => store.getAll(everyRef))) ?? [];
};
