// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/far-app.h"

#include <kj/async-unix.h>
#include <kj/debug.h>
#include <signal.h>

#include <optional>

#include "app/cli/choose.h"
#include "app/cli/names.h"
#include "broker/base/log.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

using State = schema::AppRun::State;
constexpr int BY_SIGNAL = 128;

struct FarApp {
  std::string id, title, machine;
};

// An app that this machine shares, by its title or the beginning of its id; accepted, or what to do is said.
FarApp chooseApp(Call& call, const std::string& machine, const std::string& word) {
  auto id = chooseMachine(call, machine);
  auto answer = sharing(call).offersRequest().send().wait(call.link.waits());
  std::vector<std::string> ids, titled;
  for (auto offer : answer.getList()) {
    if (text(offer.getMachine()) != id || offer.getKind() != schema::Kind::APP) continue;
    ids.push_back(text(offer.getId()));
    if (text(offer.getTitle()) == word) titled.push_back(ids.back());
  }
  if (ids.empty())
    throw std::runtime_error(brief(machine, 60) + " shares no app: `latchkey offers` says what there is");
  auto chosen = titled.size() == 1 ? titled[0] : chooseId("app of " + brief(machine, 60), word, ids);
  for (auto offer : answer.getList()) {
    if (text(offer.getId()) != chosen) continue;
    if (offer.getState() == schema::OfferInfo::State::NEW)
      throw std::runtime_error("accept it first: `latchkey accept " + chosen.substr(0, 8) + "`");
    return {.id = chosen, .title = text(offer.getTitle()), .machine = text(offer.getMachineName())};
  }
  return {};
}

class Changes final : public schema::SharingObserver::Server {
public:
  kj::Promise<void> changed(ChangedContext) override {
    KJ_IF_MAYBE (waiting, m_waiting) (*waiting)->fulfill();
    m_waiting = nullptr;
    ++m_count;
    return kj::READY_NOW;
  }
  // Another one than `seen` counts.
  kj::Promise<void> after(uint64_t seen) {
    if (m_count != seen) return kj::READY_NOW;
    auto waiting = kj::newPromiseAndFulfiller<void>();
    m_waiting = kj::mv(waiting.fulfiller);
    return kj::mv(waiting.promise);
  }
  uint64_t count() const { return m_count; }

private:
  uint64_t m_count = 0;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> m_waiting;
};

class FarRun {
public:
  explicit FarRun(Call& call) : m_call(call), m_port(call.link.io().unixEventPort), m_changes(kj::heap<Changes>()) {
    for (int number : {SIGINT, SIGTERM, SIGHUP}) kj::UnixEventPort::captureSignal(number);
  }

  int untilEnd() {
    m_app = chooseApp(m_call, m_call.typed.value("--on"), m_call.word(0, "APP"));
    m_sharing = sharing(m_call);
    auto& changes = *m_changes;
    auto watch = m_sharing.watchRequest();
    watch.setObserver(kj::mv(m_changes));
    auto watching = watch.send().wait(m_call.link.waits());
    auto start = m_sharing.startRequest();
    start.setOffer(m_app.id);
    m_number = start.send().wait(m_call.link.waits()).getNumber();
    auto interrupted = m_port.onSignal(SIGINT)
                           .exclusiveJoin(m_port.onSignal(SIGTERM))
                           .exclusiveJoin(m_port.onSignal(SIGHUP))
                           .then([this](auto&& signal) { interrupt(signal.si_signo); })
                           .eagerlyEvaluate(nullptr);
    for (;;) {
      auto seen = changes.count();
      auto status = look();
      if (status) return *status;
      changes.after(seen).wait(m_call.link.waits());
    }
  }

private:
  // Whoever ends us here ends it there; its end is waited for, unless it is said again.
  void interrupt(int number) {
    signal(number, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_UNBLOCK, &set, nullptr);
    auto stop = m_sharing.stopRequest();
    stop.setOffer(m_app.id);
    m_stopping = stop.send().ignoreResult().eagerlyEvaluate(
        [](kj::Exception&& exception) { Console::complain(reason(exception)); });
  }

  std::optional<int> look() {
    auto ask = m_sharing.offersRequest();
    ask.setOver(true);
    auto answer = ask.send().wait(m_call.link.waits());
    for (auto offer : answer.getList())
      if (text(offer.getId()) == m_app.id) return judge(offer);
    return over("it is not shared any more");
  }

  std::optional<int> judge(schema::OfferInfo::Reader offer) {
    auto run = offer.getRun();
    bool known = run.getNumber() == m_number && (run.getState() == State::EXITED || run.getState() == State::SIGNALLED);
    // With the last start that is allowed the whole is over: how it ended is told first.
    if (offer.getState() != schema::OfferInfo::State::ACCEPTED && !known) {
      auto why = text(offer.getWhy());
      // This machine's clock may be first to say so.
      bool expired = offer.getUntil() != 0 && offer.getUntil() <= toNanos(m_call.clock.wall());
      return over(expired ? "its time is over" : why.empty() ? "it was given back" : why);
    }
    bool lost = !offer.getConnected();
    if (lost != m_lost && lost)
      Console::complain("the connection with " + m_app.machine + " was lost: it goes on there");
    m_lost = lost;
    if (run.getNumber() < m_number) return std::nullopt;
    if (run.getNumber() > m_number) return over("it was started anew meanwhile");
    switch (run.getState()) {
      case State::NONE: return over("it has ended there, and how is not known");
      case State::STARTING: return std::nullopt;
      case State::RUNNING: return m_call.typed.has("--no-wait") ? std::optional<int>(DONE) : std::nullopt;
      case State::EXITED: return run.getCode() & 0xff;
      case State::SIGNALLED: return BY_SIGNAL + run.getCode();
      case State::FAILED: return over("it could not be started there: its owner's Latchkey knows why");
    }
    return std::nullopt;
  }

  int over(const std::string& why) const {
    Console::complain(m_app.title + ", of " + m_app.machine + ": " + why);
    return COULD_NOT;
  }

  Call& m_call;
  kj::UnixEventPort& m_port;
  kj::Own<Changes> m_changes;
  schema::Sharing::Client m_sharing = nullptr;
  FarApp m_app;
  uint64_t m_number = 0;
  bool m_lost = false;
  kj::Promise<void> m_stopping = nullptr;
};

}  // namespace

int runFar(Call& call) {
  for (auto option : {"--profile", "--ask", "--here", "--try", "--words", "--action", "--as"})
    if (call.typed.has(option)) throw UsageError(std::string(option) + " is its owner's to say, not with --on");
  if (call.typed.dashed()) throw UsageError("on another machine only what it shares is started: --on MACHINE APP");
  if (call.typed.words().size() > 1) throw UsageError("nothing is passed to an app of another machine");
  return FarRun(call).untilEnd();
}

int stopFar(Call& call) {
  if (call.typed.has("--all") || call.typed.has("--grace"))
    throw UsageError("with --on say which of its apps: stop --on MACHINE APP...");
  call.word(0, "APP");
  for (auto& word : call.typed.words()) {
    auto app = chooseApp(call, call.typed.value("--on"), word);
    auto stop = sharing(call).stopRequest();
    stop.setOffer(app.id);
    stop.send().wait(call.link.waits());
  }
  return DONE;
}

std::string runWords(schema::OfferInfo::Reader offer, const Clock& clock) {
  auto run = offer.getRun();
  auto words = [&]() -> std::string {
    switch (run.getState()) {
      case State::NONE: return "not running";
      case State::STARTING: return "starting";
      case State::RUNNING: return "running since " + agoText(run.getSince(), clock);
      case State::EXITED: return "ended with status " + std::to_string(run.getCode());
      case State::SIGNALLED: return "ended by signal " + std::to_string(run.getCode());
      case State::FAILED: return "could not be started there";
    }
    return "not running";
  }();
  bool lives = run.getState() == State::STARTING || run.getState() == State::RUNNING;
  if (offer.getRefused().size() > 0 && !lives) words = "refused";
  return offer.getConnected() ? words : words + " when the connection was lost";
}

}  // namespace latchkey::cli
