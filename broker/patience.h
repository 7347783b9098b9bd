// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How much asking a person has to bear from one app. Questions are a resource of theirs, not of the app's.
//
// - After an explicit "no", equal questions of that run are refused without being shown.
// - A question that was closed or not answered may be asked again, but after a pause that doubles each time: else an
//   app asks until somebody presses the wrong button.
// - An app whose questions are closed three times in a row is not heard at all for a while. Questions closed at one
//   moment were in one window, and count as one.
// - A chooser that is closed was closed as people close choosers; only one that comes back and back again, five times
//   in a minute, is not shown for the rest of it.
// - Whatever the answers, an app asks at most so often in a minute.
//
// Another machine is no run and needs no hurry: a "no" to it holds for an hour, its pauses begin at a minute and grow
// to an hour, and it asks at most so often in an hour. That is not kept when Latchkey ends.
//
// It ends with the run. What was denied and how long to wait is kept with the running instance (`stateOf`), so that the
// next broker that takes the instance up does not ask what has been answered.

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "broker/base/clock.h"
#include "broker/request.h"

namespace latchkey {

class Patience final {
public:
  explicit Patience(const Clock& clock) : m_clock(clock) {}

  enum class Mood : uint8_t { Listening, Paused, Denied };
  Mood mood(const Question& question);
  // To be called once for each question that is going to be shown. False: one too many.
  bool admit(const std::string& holder);
  // Likewise for each that another machine asks, whatever comes of it.
  bool admitFar(const std::string& holder);

  // The same for questions that a grant already answers: who asks on all the same would turn in a circle.
  bool admitAnswered(const std::string& holder);

  void denied(const Question& question);
  // Closed, or not answered in time. True if the app as a whole is not heard for a while from now on.
  bool dismissed(const Question& question);
  void closedPicking(const std::string& holder);
  void allowed(const Question& question);
  void instanceEnded(const InstanceId& instance);

  // What the next broker has to know of this instance, and taking it up. Empty: nothing. What is malformed is left out.
  std::string stateOf(const InstanceId& instance, const std::string& holder) const;
  void takeUp(const InstanceId& instance, const std::string& holder, const std::string& state);

  // Whether one more line about this holder's questions may go to the journal now.
  bool mayJournal(const std::string& holder);

private:
  struct Closed {
    Question question;
    unsigned times = 0;
    ElapsedTime until;
  };
  struct App {
    std::deque<Closed> closed;
    unsigned inARow = 0;
    ElapsedTime lastClosed;
    ElapsedTime until;
    std::deque<ElapsedTime> admitted;
    std::deque<ElapsedTime> far;
    std::deque<ElapsedTime> answered;
    std::deque<ElapsedTime> journalled;
    std::deque<ElapsedTime> picking;  // Closed choosers, the last ones.
  };

  Closed& closed(const Question& question);

  const Clock& m_clock;
  std::map<std::string, App> m_apps;
  std::map<InstanceId, std::vector<Question>> m_denied;
};

// The same thing, wanted by the same holder: by inode where both are known, else by path or target.
bool sameThing(const Question& one, const Question& other);

}  // namespace latchkey
