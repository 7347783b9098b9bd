// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey run`: starts, carries the terminal, waits - across a restart of the broker - and ends as the program ended.

#include <fcntl.h>
#include <kj/async-unix.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/cli/command.h"
#include "app/cli/far-app.h"
#include "app/cli/names.h"
#include "app/cli/relay.h"
#include "app/cli/run-order.h"
#include "app/cli/trials.h"
#include "app/cli/tty-presenter.h"
#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/log.h"

namespace latchkey::cli {
namespace {

constexpr int NOT_EXECUTABLE = 126, NOT_FOUND = 127, BY_SIGNAL = 128;
// How long a broker that was just started may take to have all running instances back (contract: 2 s).
constexpr int ADOPTION_TRIES = 200;
constexpr auto ADOPTION_PAUSE = 50 * kj::MILLISECONDS;
constexpr auto LAST_OUTPUT = 2 * kj::SECONDS;
constexpr auto BROKER_PATIENCE = 1 * kj::SECONDS;
constexpr auto BEFORE_STOP = 60 * kj::MILLISECONDS;

// Passed on to the program's process group as they are.
constexpr int FORWARDED[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr int CAPTURED[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};

// Whether a shell watches our job and would continue it.
bool somebodyContinuesUs() { return getsid(0) != getpid() && getsid(getppid()) == getsid(0); }

class Run {
public:
  explicit Run(Call& call);
  int untilEnd();

private:
  void choosePty(schema::AskMode ask);
  void setStdio(schema::LaunchSpec::Builder spec);
  kj::AutoCloseFd stdioFor(int fd);
  bool start(RunOrder order);
  void startRelay(schema::AskMode ask);
  kj::Promise<int> waitForEnd();
  kj::Promise<void> findAgain();
  void presentHere();

  kj::Promise<void> forward(int number);
  kj::Promise<void> onStop();
  kj::Promise<void> onContinue();
  kj::Promise<void> onResize();
  kj::Promise<void> suspend(bool keyWasPassed);
  kj::Promise<void> signalProgram(int number);
  int report(schema::ExitStatus::Reader status);

  Call& m_call;
  kj::UnixEventPort& m_port;
  kj::Timer& m_timer;
  kj::Maybe<kj::Own<Terminal>> m_terminal;
  Pty m_pty;
  bool m_inputIsPty = false, m_outputIsPty = false;
  std::string m_id, m_app;
  kj::Maybe<schema::Instance::Client> m_instance;
  kj::Maybe<kj::Own<Relay>> m_relay;
  // The connection outlives this: a question it still asks when we are gone would be asked on a terminal that is gone
  // too.
  struct Answering {
    Answering(kj::Timer& timer, Relay& relay, const std::string& home)
        : presenter(timer, relay, home, TtyPresenter::Looks::fromEnvironment()), shared(presenter) {}
    TtyPresenter presenter;
    capnp::RevocableServer<schema::Presenter> shared;
  };
  kj::Maybe<kj::Own<Answering>> m_answering;
  kj::Maybe<schema::Handle::Client> m_presenting;
  int m_earlySignal = 0;
  std::string m_complaint;
  bool m_clearedUp = false;  // One that was killed could not.

  struct LogErrors final : kj::TaskSet::ErrorHandler {
    void taskFailed(kj::Exception&& exception) override { logDebug(reason(exception)); }
  };
  LogErrors m_errors;
  kj::TaskSet m_tasks;
};

Run::Run(Call& call)
    : m_call(call),
      m_port(call.link.io().unixEventPort),
      m_timer(call.link.io().provider->getTimer()),
      m_tasks(m_errors) {
  for (int number : CAPTURED) kj::UnixEventPort::captureSignal(number);
}

// A terminal among the three is replaced by one of ours; what is something else is passed as it is.
void Run::choosePty(schema::AskMode ask) {
  m_terminal = Terminal::ofProcess(ask == schema::AskMode::TTY);
  KJ_IF_MAYBE (terminal, m_terminal) {
    m_inputIsPty = isatty(STDIN_FILENO);
    m_outputIsPty = isatty(STDOUT_FILENO) || isatty(STDERR_FILENO);
    m_pty = makePty(**terminal, m_inputIsPty ? LineEndings::Made : LineEndings::AsIs);
  } else if (ask == schema::AskMode::TTY) {
    throw UsageError("--ask tty needs a terminal, and there is none");
  }
}

kj::AutoCloseFd Run::stdioFor(int fd) { return duplicate(isatty(fd) ? m_pty.slave.get() : fd); }

void Run::setStdio(schema::LaunchSpec::Builder spec) {
  auto open = [](int fd) { return fcntl(fd, F_GETFD) >= 0; };
  if (open(STDIN_FILENO)) spec.setStdin(descriptorOf(stdioFor(STDIN_FILENO)));
  if (open(STDOUT_FILENO)) spec.setStdout(descriptorOf(stdioFor(STDOUT_FILENO)));
  if (open(STDERR_FILENO)) spec.setStderr(descriptorOf(stdioFor(STDERR_FILENO)));
  spec.setTerminal(m_inputIsPty);
}

bool Run::start(RunOrder order) {
  auto ask = m_call.link.personWhoAnswers().launchRequest();
  auto spec = ask.initSpec();
  setStdio(spec);
  kj::mv(order).fill(spec);
  auto ended = [this](int number) {
    return m_port.onSignal(number).then([this, number](auto&&) { m_earlySignal = number; });
  };
  auto launched = ask.send().then([this](auto&& answer) {
    m_id = text(answer.getId());
    m_instance = answer.getInstance();
  });
  auto both = launched.fork();
  both.addBranch()
      .exclusiveJoin(ended(SIGINT))
      .exclusiveJoin(ended(SIGTERM))
      .exclusiveJoin(ended(SIGHUP))
      .exclusiveJoin(ended(SIGQUIT))
      .wait(m_call.link.waits());
  // The program may run already, and then the signal is for it.
  if (m_earlySignal != 0) both.addBranch().exclusiveJoin(m_timer.afterDelay(BROKER_PATIENCE)).wait(m_call.link.waits());
  m_pty.slave = nullptr;
  return m_instance != nullptr;
}

void Run::presentHere() {
  KJ_IF_MAYBE (answering, m_answering) {
    auto ask = m_call.link.person().presentRequest();
    ask.setPresenter((*answering)->shared.getClient());
    ask.setInstance(m_id);
    m_presenting = ask.send().getHandle();
  }
}

void Run::startRelay(schema::AskMode ask) {
  KJ_IF_MAYBE (terminal, m_terminal) {
    auto suspended = [this] { m_tasks.add(suspend(true)); };
    m_relay =
        kj::heap<Relay>(m_port, **terminal, kj::mv(m_pty.master), Relay::Ways{m_inputIsPty, m_outputIsPty}, suspended);
    if (m_inputIsPty) (*terminal)->makeRaw();
    KJ_IF_MAYBE (relay, m_relay) {
      if (ask == schema::AskMode::TTY) {
        m_answering = kj::heap<Answering>(m_timer, **relay, m_call.link.places().home);
        presentHere();
      }
    }
  }
}

kj::Promise<void> Run::signalProgram(int number) {
  KJ_IF_MAYBE (instance, m_instance) {
    auto ask = instance->signalRequest();
    ask.setNumber(number);
    return ask.send().ignoreResult();
  }
  return kj::READY_NOW;
}

kj::Promise<void> Run::forward(int number) {
  for (;;) {
    co_await m_port.onSignal(number);
    m_tasks.add(signalProgram(number));
  }
}

// Stops the program, then us, as if it had been stopped itself.
kj::Promise<void> Run::suspend(bool keyWasPassed) {
  if (!somebodyContinuesUs()) co_return;
  // It may want to tidy its screen up: give it the signal it can catch, a moment, then the one it cannot.
  if (!keyWasPassed) m_tasks.add(signalProgram(SIGTSTP));
  co_await m_timer.afterDelay(BEFORE_STOP);
  // Sent before we stop ourselves; a broker that is just away must not keep us from stopping.
  auto impatient = m_timer.afterDelay(BROKER_PATIENCE);
  co_await signalProgram(SIGSTOP).catch_([](kj::Exception&&) {}).exclusiveJoin(kj::mv(impatient));
  KJ_IF_MAYBE (terminal, m_terminal) (*terminal)->restore();
  // The whole job, so that the shell sees it stop; SIGSTOP because SIGTSTP is ours to catch.
  kill(0, SIGSTOP);
}

kj::Promise<void> Run::onStop() {
  for (;;) {
    co_await m_port.onSignal(SIGTSTP);
    co_await suspend(false);
  }
}

kj::Promise<void> Run::onContinue() {
  for (;;) {
    co_await m_port.onSignal(SIGCONT);
    KJ_IF_MAYBE (terminal, m_terminal) {
      if (m_inputIsPty) (*terminal)->makeRaw();
    }
    m_tasks.add(signalProgram(SIGCONT));
    KJ_IF_MAYBE (relay, m_relay) {
      (*relay)->foregroundChanged();
      (*relay)->resize(Relay::Resize::Again);
    }
  }
}

kj::Promise<void> Run::onResize() {
  for (;;) {
    co_await m_port.onSignal(SIGWINCH);
    KJ_IF_MAYBE (relay, m_relay) (*relay)->resize(Relay::Resize::IfChanged);
  }
}

// Connects to the next broker and waits until it has the instance back.
kj::Promise<void> Run::findAgain() {
  for (int tried = 0; tried < ADOPTION_TRIES; ++tried) {
    // Also before the first try: we are called from within the connection that is about to be replaced.
    co_await m_timer.afterDelay(ADOPTION_PAUSE);
    try {
      auto ask = m_call.link.person().findInstanceRequest();
      ask.setId(m_id);
      auto answer = co_await ask.send();
      if (answer.hasInstance()) {
        m_instance = answer.getInstance();
        presentHere();
        co_return;
      }
    } catch (const std::exception&) {
      // It went again, or does not start: one more try.
    }
  }
  KJ_FAIL_REQUIRE("lost sight of the program: Latchkey's service ended and did not find it again");
}

kj::Promise<int> Run::waitForEnd() {
  for (;;) {
    kj::Maybe<kj::Exception> failure;
    try {
      auto answer = co_await KJ_ASSERT_NONNULL(m_instance).waitRequest().send();
      co_return report(answer.getStatus());
    } catch (kj::Exception& exception) {
      failure = kj::mv(exception);
    }
    KJ_IF_MAYBE (exception, failure) {
      if (exception->getType() != kj::Exception::Type::DISCONNECTED) kj::throwFatalException(kj::mv(*exception));
    }
    co_await findAgain();
  }
}

int Run::report(schema::ExitStatus::Reader status) {
  m_clearedUp = status.isExited();
  auto lacked = text(status.getLacked());
  if (!lacked.empty())
    m_complaint = m_app + " needs what it may not have yet; to allow it: latchkey settings " + m_app + " " + lacked +
                  "=on (nothing it advises itself, such as --no-sandbox, is needed)";
  switch (status.which()) {
    case schema::ExitStatus::EXITED: return status.getExited() & 0xff;
    case schema::ExitStatus::SIGNALLED: return BY_SIGNAL + status.getSignalled();
    case schema::ExitStatus::NOT_EXECUTABLE: m_complaint = text(status.getNotExecutable()); return NOT_EXECUTABLE;
    case schema::ExitStatus::NOT_FOUND: m_complaint = text(status.getNotFound()); return NOT_FOUND;
    case schema::ExitStatus::FAILED: m_complaint = text(status.getFailed()); return COULD_NOT;
  }
  return COULD_NOT;
}

int Run::untilEnd() {
  auto order = RunOrder::from(m_call.typed, m_call.link.places().home);
  auto ask = order.ask;
  bool trial = order.throwaway;
  m_app = order.runAs.empty() ? order.app : order.runAs;
  if (order.command && order.arguments[0].empty()) {
    Console::complain("a program without a name is not found");
    return NOT_FOUND;
  }
  choosePty(ask);
  if (!start(kj::mv(order))) return BY_SIGNAL + m_earlySignal;
  startRelay(ask);
  if (m_earlySignal != 0) m_tasks.add(signalProgram(m_earlySignal));
  for (int number : FORWARDED) m_tasks.add(forward(number));
  m_tasks.add(onStop());
  m_tasks.add(onContinue());
  m_tasks.add(onResize());
  int status = waitForEnd().wait(m_call.link.waits());
  m_answering = nullptr;  // A question left over is taken down, and lets go of the terminal.
  KJ_IF_MAYBE (relay, m_relay) {
    (*relay)->drained().exclusiveJoin(m_timer.afterDelay(LAST_OUTPUT)).wait(m_call.link.waits());
    if (!m_clearedUp && (*relay)->modes().anySet()) (*relay)->terminal().write((*relay)->modes().reset());
  }
  KJ_IF_MAYBE (terminal, m_terminal) (*terminal)->restore();
  if (!m_complaint.empty()) Console::complain(m_complaint);
  if (trial) concludeTrial(m_call.link.places(), m_id);
  return status;
}

}  // namespace

int runApp(Call& call) {
  if (call.typed.has("--on")) return runFar(call);
  if (call.typed.has("--no-wait")) throw UsageError("--no-wait is for an app of another machine: --on MACHINE");
  return Run(call).untilEnd();
}

}  // namespace latchkey::cli
