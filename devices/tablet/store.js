// What a tablet must not forget, as keys and texts: in IndexedDB, flushed to the disk before
// it counts (strict durability), and beside it in localStorage, which browsers write late.
//
// Both are merged at start; where one is missing, full or refused, the other carries; memory
// holds everything besides, and writes anew what was cleared while the page lives. What is
// only the latest picture of something ("mangotree.latest.") is not flushed, goes into
// localStorage only where there is no IndexedDB, and leaves it when an answer needs the room.
(function (app) {
  "use strict";

  const OURS = "mangotree.";
  const LATEST = "mangotree.latest.";
  const TABLE = "kept";
  // A browser that does not open its store by then is treated as one without.
  const OPEN_MS = 3000;
  const OPEN_AGAIN_MS = 500;

  // `storage` is localStorage or null; `changed()` is told when what is kept has changed.
  app.Store = function (storage, changed) {
    const memory = {};
    const onDisk = {};
    const refused = {};
    const gone = {};
    const waiters = [];
    let database = null;
    let isSettled = false;

    // Of two that differ the later; another window may have written beside.
    function get(key) {
      const beside = storage ? read(key) : null;
      if (!(key in memory)) {
        return beside;
      }
      return beside === null || isLatest(key) ? memory[key] : later(memory[key], beside);
    }

    function set(key, text) {
      memory[key] = text;
      delete gone[key];
      writeBeside(key, text);
      onDisk[key] = false;
      put([key]);
    }

    function remove(key) {
      delete memory[key];
      delete onDisk[key];
      gone[key] = true;
      if (storage) {
        storage.removeItem(key);
      }
      transact("readwrite", function (table) { table.delete(key); });
    }

    // All keys that begin with `prefix`, of this page and of others on this tablet.
    function keys(prefix) {
      const found = keysBeside(prefix);
      return found.concat(Object.keys(memory).filter(function (key) {
        return key.indexOf(prefix) === 0 && found.indexOf(key) < 0;
      }));
    }

    // Whether a power cut would leave it; one under way counts until its store has refused.
    function isKept(key) {
      const isUnderWay = !isSettled || database && !refused[key];
      return Boolean(storage && read(key) !== null || onDisk[key] || isUnderWay);
    }

    // Calls `done` once both stores have been read, or one will never be.
    function ready(done) {
      if (isSettled) {
        done();
      } else {
        waiters.push(done);
      }
    }

    function settle() {
      isSettled = true;
      waiters.splice(0).forEach(function (done) { done(); });
      changed();
    }

    function open() {
      const late = setTimeout(settle, OPEN_MS);
      function end() {
        clearTimeout(late);
        settle();
      }
      try {
        const request = window.indexedDB.open("mangotree", 1);
        request.onupgradeneeded = function () { request.result.createObjectStore(TABLE); };
        request.onerror = end;
        request.onsuccess = function () {
          database = request.result;
          database.onversionchange = function () { lose(); };
          database.onclose = function () { lose(); };
          merge(end);
        };
      } catch (error) {
        setTimeout(end, 0);
      }
    }

    // It was cleared or taken away: begun anew from what memory holds.
    function lose() {
      const lost = database;
      database = null;
      Object.keys(onDisk).forEach(function (key) { onDisk[key] = false; });
      if (lost) {
        lost.close();
        setTimeout(open, OPEN_AGAIN_MS);
      }
    }

    // What one store lacks it gets from the other, and from memory.
    function merge(done) {
      const found = {};
      const isBegun = transact("readonly", function (table) {
        table.openCursor().onsuccess = function (event) {
          const cursor = event.target.result;
          if (cursor) {
            found[cursor.key] = cursor.value;
            cursor.continue();
          }
        };
      }, function () {
        takeIn(found);
        done();
      }, done);
      if (!isBegun) {
        done();
      }
    }

    function takeIn(found) {
      const beside = {};
      keysBeside(OURS).forEach(function (key) { beside[key] = read(key); });
      [found, beside].forEach(function (from) {
        Object.keys(from).forEach(function (key) { take(key, from[key]); });
      });
      Object.keys(memory).forEach(function (key) { onDisk[key] = memory[key] === found[key]; });
      put(Object.keys(memory).filter(function (key) {
        return !onDisk[key] && !(isLatest(key) && key in found);
      }));
      mendBeside();
    }

    function take(key, text) {
      if (gone[key]) {
        transact("readwrite", function (table) { table.delete(key); });
      } else if (!(key in memory)) {
        memory[key] = text;
      } else if (!isLatest(key)) {
        memory[key] = later(memory[key], text);
      }
    }

    function put(names) {
      const texts = names.map(function (key) { return memory[key]; });
      return names.length && transact("readwrite", function (table) {
        names.forEach(function (key, nth) { table.put(texts[nth], key); });
      }, function () {
        names.forEach(function (key, nth) {
          delete refused[key];
          onDisk[key] = memory[key] === texts[nth];
        });
      }, function () {
        // A full or broken store: the page says what neither of the two can keep.
        names.forEach(function (key) { refused[key] = true; });
        changed();
      }, names.every(isLatest));
    }

    function transact(mode, work, done, failed, isLoose) {
      const durability = isLoose ? "relaxed" : "strict";
      if (!database) {
        return false;
      }
      try {
        const one = database.transaction([TABLE], mode, { durability: durability });
        one.oncomplete = done || null;
        one.onabort = failed || null;
        work(one.objectStore(TABLE));
        return true;
      } catch (error) {
        lose();
        return false;
      }
    }

    function writeBeside(key, text) {
      if (!storage || isLatest(key) && (database || !isSettled)) {
        return;
      }
      if (!write(key, text) && !isLatest(key)) {
        keysBeside(LATEST).forEach(function (one) { storage.removeItem(one); });
        write(key, text);
      }
    }

    function mendBeside() {
      Object.keys(memory).forEach(function (key) {
        if (storage && read(key) === null) {
          writeBeside(key, memory[key]);
        }
      });
    }

    // Somebody may have cleared either store while the page was open: to be called now and
    // then while there is something that must not be lost.
    function mend() {
      mendBeside();
      if (database) {
        merge(changed);
      } else if (isSettled) {
        open();
      }
    }

    // Another window removed it, after its receipt; a store that is cleared names no key.
    function onStorage(event) {
      if (event.key && event.key.indexOf(OURS) === 0 && event.newValue === null) {
        remove(event.key);
      }
    }

    function keysBeside(prefix) {
      const found = [];
      for (let at = 0; storage && at < storage.length; at += 1) {
        if (storage.key(at).indexOf(prefix) === 0) {
          found.push(storage.key(at));
        }
      }
      return found;
    }

    function read(key) {
      try {
        return storage.getItem(key);
      } catch (error) {
        return null;
      }
    }

    function write(key, text) {
      try {
        storage.setItem(key, text);
        return true;
      } catch (error) {
        return false;
      }
    }

    window.addEventListener("storage", onStorage);
    open();
    return {
      get: get, set: set, remove: remove, keys: keys, isKept: isKept, ready: ready, mend: mend,
    };
  };

  // The browser's older store, or null where it is switched off or full.
  app.openStore = function () {
    try {
      const storage = window.localStorage;
      storage.getItem(OURS);
      return storage;
    } catch (error) {
      return null;
    }
  };

  // What `text` holds, or null where it is no JSON.
  app.fromJson = function (text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return null;
    }
  };

  function isLatest(key) {
    return key.indexOf(LATEST) === 0;
  }

  // Answers never change, places and lists only grow: the longer text is the later one, and
  // of two numbers with as many digits the greater.
  function later(one, other) {
    const isLonger = one.length - other.length;
    return isLonger > 0 || isLonger === 0 && one > other ? one : other;
  }
})(window.mangotree = window.mangotree || {});
