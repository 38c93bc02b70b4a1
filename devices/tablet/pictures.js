// The pictures of the questions ahead, fetched one after the other into the browser's own
// cache: their addresses change with their bytes, so they are seen while the hub is away, too.
// Sounds weigh many times as much and are not fetched.
(function (app) {
  "use strict";

  // Ten small photographs or a hundred drawings: thirty tablets share one radio.
  const MOST_BYTES = 300 * 1024;
  const TIMEOUT_MS = 20000;
  const PICTURE = /<img src="(\/media\/[^"]+)"/g;

  app.Pictures = function () {
    const held = {};
    let coming = [];
    let left = 0;
    let isBusy = false;

    // Those of `pieces` of HTML, in their order.
    function keep(pieces) {
      coming = addresses(pieces).filter(function (one) { return !held[one]; });
      left = MOST_BYTES;
      if (!isBusy) {
        fetchNext();
      }
    }

    function fetchNext() {
      const address = coming.shift();
      isBusy = Boolean(address);
      if (isBusy) {
        fetch(address);
      }
    }

    function fetch(address) {
      const request = new XMLHttpRequest();
      request.open("GET", address);
      request.responseType = "blob";
      request.timeout = TIMEOUT_MS;
      request.onprogress = function (event) {
        if (event.loaded > left) {
          giveUp(request);
        }
      };
      request.onloadend = function () {
        if (request.status === 200) {
          held[address] = true;
          left -= request.response.size;
        } else if (request.status === 0) {
          // The hub is away: the next supply asks again.
          coming = [];
        }
        fetchNext();
      };
      request.send();
    }

    // A request that is given up with its last bytes does not say that it ended.
    function giveUp(request) {
      request.onprogress = request.onloadend = null;
      request.abort();
      coming = [];
      isBusy = false;
    }

    return { keep: keep };
  };

  function addresses(pieces) {
    const found = [];
    pieces.join("").replace(PICTURE, function (_, address) {
      if (found.indexOf(address) < 0) {
        found.push(address);
      }
      return "";
    });
    return found;
  }
})(window.mangotree = window.mangotree || {});
