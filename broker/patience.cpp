// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/patience.h"

#include <algorithm>
#include <cstdlib>

namespace latchkey {
namespace {

using namespace std::chrono_literals;

constexpr Duration FIRST_PAUSE = 5s;
constexpr Duration LONGEST_PAUSE = 5min;
constexpr Duration FIRST_PAUSE_OF_MACHINE = 1min, LONGEST_PAUSE_OF_MACHINE = 1h;
constexpr size_t WISHES_PER_HOUR = 30;
constexpr unsigned ROW = 3;
constexpr Duration ONE_MOMENT = 300ms;
constexpr size_t KEPT = 256;
constexpr size_t QUESTIONS_PER_MINUTE = 60;
constexpr size_t ANSWERED_PER_MINUTE = 3000;
constexpr size_t LINES_PER_MINUTE = 120;
constexpr size_t PICKINGS_CLOSED = 5;

Duration pauseAfter(unsigned times, const Question& question) {
  bool far = question.wish != nullptr;
  auto pause = far ? FIRST_PAUSE_OF_MACHINE : FIRST_PAUSE, longest = far ? LONGEST_PAUSE_OF_MACHINE : LONGEST_PAUSE;
  for (unsigned i = 1; i < times && pause < longest; ++i) pause *= 2;
  return std::min(pause, longest);
}

bool within(std::deque<ElapsedTime>& times, ElapsedTime now, size_t limit, Duration length = 1min) {
  while (!times.empty() && now - times.front() >= length) times.pop_front();
  if (times.size() >= limit) return false;
  times.push_back(now);
  return true;
}

// Words of any bytes but NUL, each ended by one.
struct Words {
  std::string text;
  void add(const std::string& word) { text += word + '\0'; }
  void add(int64_t number) { add(std::to_string(number)); }
};

class WordReader {
public:
  explicit WordReader(std::string_view text) : m_rest(text) {}
  bool atEnd() const { return m_rest.empty(); }
  std::string word() {
    auto end = std::min(m_rest.find('\0'), m_rest.size());
    std::string word(m_rest.substr(0, end));
    m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
    return word;
  }
  int64_t number() { return std::strtoll(word().c_str(), nullptr, 10); }

private:
  std::string_view m_rest;
};

void write(Words& out, const Question& question) {
  out.add(static_cast<int64_t>(question.kind)), out.add(static_cast<int64_t>(question.access));
  out.add(question.create ? 1 : 0), out.add(question.object.path), out.add(question.object.target);
  out.add(static_cast<int64_t>(question.object.device)), out.add(static_cast<int64_t>(question.object.inode));
}

Question readQuestion(WordReader& in, const InstanceId& instance, const std::string& holder) {
  Question question;
  question.instance = instance;
  question.holder = holder;
  question.kind = static_cast<Kind>(in.number());
  question.access = static_cast<Access>(in.number());
  question.create = in.number() != 0;
  question.object.path = in.word();
  question.object.target = in.word();
  question.object.device = static_cast<uint64_t>(in.number());
  question.object.inode = static_cast<uint64_t>(in.number());
  return question;
}

// Of the network: a "no" to a host and port is one to every protocol, or a browser would ask again by another.
bool isAnsweredBy(const Question& before, const Question& question) {
  bool destinations = before.kind == Kind::Network && question.kind == Kind::Network && question.wish == nullptr;
  if (!destinations) return sameThing(before, question);
  if (before.holder != question.holder) return false;
  KJ_IF_MAYBE (no, destinationFrom(before.object.target)) {
    if (no->protocol == Protocol::Tcp || no->protocol == Protocol::Udp) no->protocol = Protocol::Any;
    KJ_IF_MAYBE (wanted, destinationFrom(question.object.target)) return no->forbids(*wanted);
  }
  return false;
}

}  // namespace

bool sameThing(const Question& one, const Question& other) {
  if (one.holder != other.holder || one.kind != other.kind || one.create != other.create) return false;
  // What a machine calls it is all there is of what it asks for.
  KJ_IF_MAYBE (wish, one.wish) {
    KJ_IF_MAYBE (another, other.wish) return wish->name == another->name;
    return false;
  }
  if (other.wish != nullptr) return false;
  if (one.object.inode != 0 && other.object.inode != 0) {
    return one.object.inode == other.object.inode && one.object.device == other.object.device;
  }
  return one.object.path == other.object.path && one.object.target == other.object.target;
}

Patience::Mood Patience::mood(const Question& question) {
  // A "no" to reading is one to changing too, not the other way round.
  auto denied = m_denied.find(question.instance);
  if (denied != m_denied.end()) {
    for (auto& before : denied->second) {
      if (isAnsweredBy(before, question) && before.access <= question.access) return Mood::Denied;
    }
  }
  auto found = m_apps.find(question.holder);
  if (found == m_apps.end()) return Mood::Listening;
  auto now = m_clock.elapsed();
  if (now < found->second.until) return Mood::Paused;
  auto& picking = found->second.picking;
  if (question.isPicking() && picking.size() == PICKINGS_CLOSED && now - picking.front() < 1min) return Mood::Paused;
  for (auto& closed : found->second.closed) {
    if (isAnsweredBy(closed.question, question) && now < closed.until) return Mood::Paused;
  }
  return Mood::Listening;
}

bool Patience::admit(const std::string& holder) {
  return within(m_apps[holder].admitted, m_clock.elapsed(), QUESTIONS_PER_MINUTE);
}

bool Patience::admitFar(const std::string& holder) {
  return within(m_apps[holder].far, m_clock.elapsed(), WISHES_PER_HOUR, 1h);
}

bool Patience::admitAnswered(const std::string& holder) {
  return within(m_apps[holder].answered, m_clock.elapsed(), ANSWERED_PER_MINUTE);
}

bool Patience::mayJournal(const std::string& holder) {
  return within(m_apps[holder].journalled, m_clock.elapsed(), LINES_PER_MINUTE);
}

void Patience::denied(const Question& question) {
  if (question.wish != nullptr) {
    // Another name for it is soon found: three in a row are a "no" to all of it for a while.
    auto& app = m_apps[question.holder];
    closed(question).until = m_clock.elapsed() + LONGEST_PAUSE_OF_MACHINE;
    if (++app.inARow >= ROW) app.until = m_clock.elapsed() + pauseAfter(app.inARow - ROW + 1, question);
    return;
  }
  auto& before = m_denied[question.instance];
  if (before.size() < KEPT * 16) {
    before.push_back(question);
    before.back().chooser = nullptr;  // May be large; which it was, the rest says.
  }
  m_apps[question.holder].inARow = 0;
}

bool Patience::dismissed(const Question& question) {
  auto& app = m_apps[question.holder];
  auto now = m_clock.elapsed();
  auto& same = closed(question);
  same.until = now + pauseAfter(++same.times, question);
  // One window may hold many questions, each of which is closed with it.
  bool sameMoment = app.inARow > 0 && now - app.lastClosed < ONE_MOMENT;
  app.lastClosed = now;
  if (sameMoment) return false;
  if (++app.inARow < ROW) return false;
  app.until = now + pauseAfter(app.inARow - ROW + 1, question);
  return true;
}

Patience::Closed& Patience::closed(const Question& question) {
  auto& all = m_apps[question.holder].closed;
  auto found = std::ranges::find_if(all, [&](auto& one) { return sameThing(one.question, question); });
  if (found != all.end()) return *found;
  all.push_back({question, 0, {}});
  if (all.size() > KEPT) all.pop_front();
  return all.back();
}

void Patience::closedPicking(const std::string& holder) {
  auto& picking = m_apps[holder].picking;
  picking.push_back(m_clock.elapsed());
  if (picking.size() > PICKINGS_CLOSED) picking.pop_front();
}

void Patience::allowed(const Question& question) {
  auto& app = m_apps[question.holder];
  app.inARow = 0;
  app.until = {};
  std::erase_if(app.closed, [&](auto& closed) { return sameThing(closed.question, question); });
}

std::string Patience::stateOf(const InstanceId& instance, const std::string& holder) const {
  Words out;
  auto denied = m_denied.find(instance);
  if (denied != m_denied.end()) {
    for (auto& question : denied->second) out.add("no"), write(out, question);
  }
  auto app = m_apps.find(holder);
  if (app != m_apps.end()) {
    for (auto& closed : app->second.closed) {
      out.add("closed"), write(out, closed.question);
      out.add(closed.times), out.add(closed.until.time_since_epoch().count());
    }
    if (app->second.inARow > 0 || app->second.until != ElapsedTime())
      out.add("row"), out.add(app->second.inARow), out.add(app->second.until.time_since_epoch().count());
  }
  return out.text;
}

void Patience::takeUp(const InstanceId& instance, const std::string& holder, const std::string& state) {
  WordReader in(state);
  // Within one boot: the instance lives on, so the elapsed clock does too.
  auto time = [&] { return std::min(ElapsedTime(Duration(in.number())), m_clock.elapsed() + LONGEST_PAUSE); };
  while (!in.atEnd()) {
    auto kind = in.word();
    if (kind == "no") {
      m_denied[instance].push_back(readQuestion(in, instance, holder));
    } else if (kind == "closed") {
      Closed closed{readQuestion(in, instance, holder), static_cast<unsigned>(in.number()), time()};
      m_apps[holder].closed.push_back(kj::mv(closed));
    } else if (kind == "row") {
      auto& app = m_apps[holder];
      app.inARow = std::max(app.inARow, static_cast<unsigned>(in.number()));
      app.until = std::max(app.until, time());
    } else {
      return;
    }
  }
}

void Patience::instanceEnded(const InstanceId& instance) { m_denied.erase(instance); }

}  // namespace latchkey
