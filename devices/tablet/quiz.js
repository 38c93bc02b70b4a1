// What keeps a quiz in step: the teacher began, paused or ended it, and no question is put
// before a child who has answered it, while that answer still waits on this tablet.
(function (app) {
  "use strict";

  // `lessonOf()` gives the lesson on the page, or null.
  app.Quiz = function (outbox, lessonOf) {
    let number = null;
    let state = "practice";
    // The hub is asked for its question as soon as it has all answers.
    let isDue = false;

    // The hub's count of what was done to quizzes; the first one heard is how things stand.
    function onNumber(next, classState) {
      isDue = isDue || number !== null && number !== next;
      number = next;
      state = classState;
      onChange();
    }

    // A page or question that the hub drew before it had the answers that wait here.
    function onPage() {
      const lesson = lessonOf();
      if (lesson && lesson.takeUp()) {
        app.say("notice", app.words.kept);
      }
    }

    function onChange() {
      const lesson = lessonOf();
      if (!isDue || !lesson || outbox.pending().length) {
        return;
      }
      isDue = false;
      // Who is at an answer gives it first: its reply brings what comes.
      if (!lesson.isBusy()) {
        app.say("notice", "");
        lesson.load(false, state);
      }
    }

    return { onNumber: onNumber, onPage: onPage, onChange: onChange };
  };
})(window.mangotree = window.mangotree || {});
