// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/app/cli/fake-broker.h"

#include <kj/async-io.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QDir>
#include <QElapsedTimer>
#include <QMutex>
#include <QThread>

#include "app/cli/names.h"
#include "broker/base/connection.h"
#include "broker/base/times.h"

namespace latchkey::test {
namespace {

constexpr int PATIENCE_MS = 20'000;

QString words(capnp::Data::Reader data) {
  return QString::fromUtf8(reinterpret_cast<const char*>(data.begin()), data.size());
}
QString words(capnp::Text::Reader text) { return QString::fromUtf8(text.cStr(), text.size()); }
QString limitsOf(schema::Limits::Reader limits) {
  QString said;
  if (auto rate = limits.getBytesPerSecond()) said += " rate=" + QString::number(rate);
  if (auto daily = limits.getBytesPerDay()) said += " day=" + QString::number(daily);
  if (auto all = limits.getBytes()) said += " all=" + QString::number(all);
  return said;
}

QString offOf(schema::AppSettings::Reader settings) {
  QString all;
  for (auto right : settings.getOff()) all += " off=" + words(right);
  return all;
}
QString words(const std::string& text) { return QString::fromStdString(text); }

QStringList words(capnp::List<capnp::Data>::Reader list) {
  QStringList all;
  for (auto one : list) all << words(one);
  return all;
}

template <typename List>
QString joined(List list) {
  QStringList all;
  for (auto one : list) all << words(one);
  return all.join(',');
}

}  // namespace

struct FakeBroker::Loop {
  explicit Loop(FakeBroker& owner) : owner(owner) {
    thread = std::thread([this] { run(); });
    QElapsedTimer timer;
    timer.start();
    while (!ready && timer.elapsed() < PATIENCE_MS) QThread::msleep(1);
  }
  ~Loop() {
    executor->executeSync([this] { done->fulfill(); });
    thread.join();
    if (program > 0) kill(-program, SIGKILL);
  }

  void run();
  kj::Promise<void> accept();
  void note(const QString& call) {
    QMutexLocker lock(&mutex);
    calls << call;
  }

  FakeBroker& owner;
  std::thread thread;
  std::atomic<bool> ready = false;
  kj::Own<const kj::Executor> executor;
  kj::Own<kj::PromiseFulfiller<void>> done;
  kj::AsyncIoContext* io = nullptr;
  kj::Own<kj::ConnectionReceiver> receiver;
  kj::Vector<kj::Own<Connection>> connections;
  kj::Promise<void> accepting = nullptr;
  kj::Maybe<kj::Promise<void>> question;
  kj::Maybe<schema::Presenter::Client> presenter;
  kj::Maybe<kj::Promise<void>> comparing;

  mutable QMutex mutex;
  QStringList calls;
  Launched launched;
  QString answer;
  std::atomic<pid_t> program = 0;
  std::atomic<int> status = -1;  // As of waitpid; -1: still running.
};

namespace {

class FakeHandle final : public schema::Handle::Server {};

class FakeInstance final : public schema::Instance::Server {
public:
  explicit FakeInstance(FakeBroker::Script& script, std::function<void(QString)> note, std::atomic<pid_t>& program,
                        std::atomic<int>& status, kj::Timer& timer)
      : m_script(script), m_note(note), m_program(program), m_status(status), m_timer(timer) {}

  kj::Promise<void> wait(WaitContext context) override {
    if (m_script.exit) {
      m_script.exit(context.getResults().initStatus());
      co_return;
    }
    for (;;) {
      int status = m_status;
      if (status == -1 && waitpid(m_program, &status, WNOHANG) == m_program) m_status = status;
      if (m_status != -1) break;
      co_await m_timer.afterDelay(3 * kj::MILLISECONDS);
    }
    auto result = context.getResults().initStatus();
    int status = m_status;
    if (WIFSIGNALED(status)) result.setSignalled(WTERMSIG(status));
    else result.setExited(WEXITSTATUS(status));
  }
  kj::Promise<void> stop(StopContext context) override {
    m_note("stop " + QString::number(context.getParams().getGraceSeconds()));
    if (m_program > 0) kill(-m_program, SIGKILL);
    return kj::READY_NOW;
  }
  kj::Promise<void> signal(SignalContext context) override {
    m_note("signal " + QString::number(context.getParams().getNumber()));
    if (m_program > 0 && m_status == -1) kill(-m_program, context.getParams().getNumber());
    return kj::READY_NOW;
  }

private:
  FakeBroker::Script& m_script;
  std::function<void(QString)> m_note;
  std::atomic<pid_t>& m_program;
  std::atomic<int>& m_status;
  kj::Timer& m_timer;
};

// On the descriptors it was given, in a session of its own, as latchkey-enter does it.
pid_t startProgram(const QStringList& command, int in, int out, int err, bool terminal) {
  QList<QByteArray> bytes;
  std::vector<char*> argv;
  for (auto& word : command) bytes << word.toUtf8();
  for (auto& word : bytes) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = fork();
  if (child != 0) return child;
  setsid();
  dup2(in, 0);
  dup2(out, 1);
  dup2(err, 2);
  if (terminal) ioctl(0, TIOCSCTTY, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  close_range(3, ~0u, 0);
  execvp(argv[0], argv.data());
  _exit(127);
}

}  // namespace

// Other machines. Adds whoever is asked for, if the words match.
class FakeSharing final : public schema::Sharing::Server {
public:
  FakeSharing(FakeBroker::Loop& loop, FakeBroker& owner) : m_loop(loop), m_owner(owner) {}

  kj::Promise<void> share(ShareContext context) override {
    auto params = context.getParams();
    auto limits = params.getLimits();
    m_loop.note(QStringList{"share", words(params.getMachine()), words(cli::nameOf(params.getKind())),
                            words(params.getTarget()), "as", words(params.getName()),
                            params.getLifetime().isUntil() ? "until" : words(cli::lifetimeName(params.getLifetime())),
                            "uses", QString::number(limits.getUses()), "bytes", QString::number(limits.getBytes()),
                            params.getMayPassOn() ? "passed on" : "kept", "of", words(params.getParent())}
                    .join(' '));
    if (!m_owner.script.refusesToShare.isEmpty())
      return KJ_EXCEPTION(FAILED, m_owner.script.refusesToShare.toStdString());
    context.getResults().setGrant("sharedgrant");
    return kj::READY_NOW;
  }
  kj::Promise<void> offers(OffersContext context) override {
    m_loop.note(context.getParams().getOver() ? "offers over" : "offers");
    if (m_owner.script.offers) m_owner.script.offers(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> accept(AcceptContext context) override {
    auto params = context.getParams();
    m_loop.note("accept " + words(params.getOffer()) + " for " + words(params.getHolder()) + " at " +
                words(params.getPlace()));
    context.getResults().setGrant("acceptedgrant");
    return kj::READY_NOW;
  }
  kj::Promise<void> decline(DeclineContext context) override {
    m_loop.note("decline " + words(context.getParams().getOffer()));
    return kj::READY_NOW;
  }
  kj::Promise<void> ask(AskContext context) override {
    auto wish = context.getParams().getWish();
    m_loop.note(QStringList{"ask", words(wish.getMachine()), words(cli::nameOf(wish.getKind())), words(wish.getName()),
                            words(cli::nameOf(wish.getAccess())), "for", QString::number(wish.getSeconds()),
                            wish.getAlways() ? "always" : "-", "'" + words(wish.getClaim()) + "'",
                            context.getParams().getKeep() ? "kept" : "held"}
                    .join(' '));
    context.getResults().setWish("wishone");
    if (!context.getParams().getKeep()) context.getResults().setHandle(kj::heap<Held>(m_loop));
    return kj::READY_NOW;
  }
  kj::Promise<void> wishes(WishesContext context) override {
    if (m_owner.script.wishes) m_owner.script.wishes(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> wait(WaitContext context) override {
    m_loop.note("wait " + words(context.getParams().getWish()));
    if (!m_owner.script.answer) return kj::NEVER_DONE;
    m_owner.script.answer(context.getResults().initWish());
    return kj::READY_NOW;
  }
  kj::Promise<void> takeBack(TakeBackContext context) override {
    m_loop.note("take back " + words(context.getParams().getWish()));
    return kj::READY_NOW;
  }

private:
  class Held final : public schema::SharingHandle::Server {
  public:
    explicit Held(FakeBroker::Loop& loop) : m_loop(loop) {}
    ~Held() noexcept(false) { m_loop.note("let go"); }

  private:
    FakeBroker::Loop& m_loop;
  };

  FakeBroker::Loop& m_loop;
  FakeBroker& m_owner;
};

// The store, as far as commands can tell.
class FakePackages final : public schema::Packages::Server {
public:
  FakePackages(FakeBroker::Loop& loop, FakeBroker& owner) : m_loop(loop), m_owner(owner) {}

  class Found final : public schema::FoundBundle::Server {
  public:
    Found(FakeBroker::Loop& loop, FakeBroker& owner) : m_loop(loop), m_owner(owner) {}
    kj::Promise<void> install(InstallContext context) override {
      auto options = context.getParams().getOptions();
      m_loop.note(QString("install") + (options.getOlder() ? " older" : "") + (options.getWider() ? " wider" : "") +
                  " from " + words(options.getOrigin()));
      if (m_owner.script.outcome) m_owner.script.outcome(context.getResults().initOutcome());
      return kj::READY_NOW;
    }

  private:
    FakeBroker::Loop& m_loop;
    FakeBroker& m_owner;
  };

  kj::Promise<void> look(LookContext context) override {
    auto fd = co_await context.getParams().getFile().getFd();
    m_loop.note("look " + words(context.getParams().getExpected()) + (fd == nullptr ? "" : "by descriptor"));
    check();
    context.getResults().setBundle(kj::heap<Found>(m_loop, m_owner));
    if (m_owner.script.sheet) m_owner.script.sheet(context.getResults().initSheet());
  }
  kj::Promise<void> installed(InstalledContext context) override {
    check();
    if (m_owner.script.installed) m_owner.script.installed(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> updates(UpdatesContext context) override {
    if (m_owner.script.updates) m_owner.script.updates(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> find(FindContext context) override {
    check();
    capnp::MallocMessageBuilder message;
    auto all = message.initRoot<schema::Packages::InstalledResults>();
    if (m_owner.script.installed) m_owner.script.installed(all);
    for (auto package : all.asReader().getList()) {
      if (package.getId() == context.getParams().getId()) context.getResults().setPackage(package);
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> accept(AcceptContext context) override {
    m_loop.note("accept " + words(context.getParams().getId()) + " " + words(context.getParams().getVersion()));
    return kj::READY_NOW;
  }
  kj::Promise<void> refuse(RefuseContext context) override {
    m_loop.note("refuse " + words(context.getParams().getId()) + " " + words(context.getParams().getVersion()));
    return kj::READY_NOW;
  }
  kj::Promise<void> rollback(RollbackContext context) override {
    m_loop.note("rollback " + words(context.getParams().getId()));
    context.getResults().setVersion("1.0");
    return kj::READY_NOW;
  }
  kj::Promise<void> remove(RemoveContext context) override {
    bool data = context.getParams().getWithData();
    m_loop.note("remove " + words(context.getParams().getId()) + (data ? " with data" : ""));
    context.getResults().setKept(!data);
    return kj::READY_NOW;
  }
  kj::Promise<void> setAutomatic(SetAutomaticContext context) override {
    m_loop.note("automatic " + words(context.getParams().getId()) +
                (context.getParams().getAutomatic() ? " on" : " off"));
    return kj::READY_NOW;
  }
  kj::Promise<void> verify(VerifyContext context) override {
    auto params = context.getParams();
    auto fd = params.hasFile() ? co_await params.getFile().getFd() : kj::Maybe<int>(nullptr);
    m_loop.note("verify " + words(params.getId()) + (params.getRepair() ? " repair" : "") +
                (fd == nullptr ? "" : " by descriptor"));
    if (m_owner.script.findings) m_owner.script.findings(context.getResults());
  }

private:
  void check() const {
    if (!m_owner.script.storeFails.isEmpty())
      kj::throwFatalException(KJ_EXCEPTION(FAILED, m_owner.script.storeFails.toStdString()));
  }

  FakeBroker::Loop& m_loop;
  FakeBroker& m_owner;
};

class FakeMachines final : public schema::Machines::Server {
public:
  FakeMachines(FakeBroker::Loop& loop, FakeBroker& owner) : m_loop(loop), m_owner(owner) {}

  kj::Promise<void> list(ListContext context) override {
    if (m_owner.script.machines) m_owner.script.machines(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> invite(InviteContext context) override {
    m_loop.note("invite " + QString::number(context.getParams().getSeconds()));
    auto invitation = context.getResults().initInvitation();
    invitation.setId("invitationone");
    invitation.setUntil(1'800'000'000'000'000'000);
    invitation.setLink("latchkey:join/a/b/c/10.0.0.1+7357");
    return kj::READY_NOW;
  }
  kj::Promise<void> invitations(InvitationsContext context) override {
    if (m_owner.script.invitations) m_owner.script.invitations(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> cancelInvitation(CancelInvitationContext context) override {
    m_loop.note("cancelInvitation " + words(context.getParams().getId()));
    return kj::READY_NOW;
  }
  kj::Promise<void> join(JoinContext context) override {
    m_loop.note("join " + words(context.getParams().getLink()));
    context.getResults().setMachine("machineone");
    return kj::READY_NOW;
  }
  kj::Promise<void> admit(AdmitContext context) override {
    m_loop.note("admit");
    auto presenter = context.getParams().getPresenter();
    // After the command has said that it waits.
    m_loop.comparing = m_loop.io->provider->getTimer()
                           .afterDelay(500 * kj::MILLISECONDS)
                           .then([this, presenter]() mutable { return compare(presenter); })
                           .then([presenter](bool match) mutable -> kj::Promise<void> {
                             if (!match) return kj::READY_NOW;
                             auto added = presenter.addedRequest();
                             added.initMachine().setPetname("Anna's laptop");
                             return added.send().ignoreResult();
                           })
                           .eagerlyEvaluate([](kj::Exception&&) {});
    context.getResults().setHandle(kj::heap<FakeMachineHandle>());
    return kj::READY_NOW;
  }
  kj::Promise<void> add(AddContext context) override {
    m_loop.note("add " + words(context.getParams().getAddress()));
    bool match = co_await compare(context.getParams().getPresenter());
    KJ_REQUIRE(match, "not added: the words differ, here or there");
    context.getResults().setMachine("machineone");
  }
  kj::Promise<void> rename(RenameContext context) override {
    m_loop.note("rename " + words(context.getParams().getMachine()) + " " + words(context.getParams().getPetname()));
    return kj::READY_NOW;
  }
  kj::Promise<void> forget(ForgetContext context) override {
    m_loop.note("forgetMachine " + words(context.getParams().getMachine()));
    auto ended = context.getResults().initEnded(1)[0];
    ended.setId("grantaaaa1");
    ended.setHolder("machine:machineone");
    ended.getObject().setPath(cli::asData("/home/p/photo.jpg"));
    return kj::READY_NOW;
  }
  kj::Promise<void> block(BlockContext context) override {
    m_loop.note((context.getParams().getBlocked() ? "block " : "unblock ") + words(context.getParams().getMachine()));
    return kj::READY_NOW;
  }
  kj::Promise<void> setRoutes(SetRoutesContext context) override {
    QStringList routes;
    for (auto route : context.getParams().getRoutes()) routes << words(route);
    m_loop.note("setRoutes " + words(context.getParams().getMachine()) + " " + routes.join('|'));
    return kj::READY_NOW;
  }
  kj::Promise<void> connect(ConnectContext context) override {
    m_loop.note("connect " + words(context.getParams().getMachine()));
    if (m_owner.script.connect) m_owner.script.connect(context.getResults().initMachine());
    return kj::READY_NOW;
  }
  // Says again what it is told, until it is told no more.
  kj::Promise<void> serve(ServeContext context) override {
    auto fd = co_await context.getParams().getSocket().getFd();
    auto stream = m_loop.io->lowLevelProvider->wrapSocketFd(kj::AutoCloseFd(dup(KJ_ASSERT_NONNULL(fd))));
    m_loop.note("serve");
    auto& echo = *stream;
    m_loop.comparing = echo.pumpTo(echo).ignoreResult().attach(kj::mv(stream)).eagerlyEvaluate([](kj::Exception&&) {});
  }
  kj::Promise<void> setSelf(SetSelfContext context) override {
    auto self = context.getParams().getSelf();
    m_loop.note("setSelf " + words(self.getName()) + (self.getListening() ? " listens " : " is silent ") +
                QString::number(self.getPort()));
    return kj::READY_NOW;
  }

private:
  class FakeMachineHandle final : public schema::MachineHandle::Server {};

  kj::Promise<bool> compare(schema::WordsPresenter::Client presenter) {
    auto call = presenter.compareRequest();
    call.setName(m_owner.script.machineName.toUtf8().constData());
    auto list = call.initWords(static_cast<unsigned>(m_owner.script.words.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, m_owner.script.words[i].toUtf8().constData());
    auto answer = call.send().then([this](auto answer) {
      m_loop.note(answer.getMatch() ? "match" : "differ");
      return answer.getMatch();
    });
    if (!m_owner.script.takesWordsDown) return kj::mv(answer);
    auto gone = m_loop.io->provider->getTimer().afterDelay(500 * kj::MILLISECONDS).then([] { return false; });
    return answer.exclusiveJoin(kj::mv(gone));
  }

  FakeBroker::Loop& m_loop;
  FakeBroker& m_owner;
};

class FakePerson final : public schema::Person::Server {
public:
  explicit FakePerson(FakeBroker::Loop& loop, FakeBroker& owner) : m_loop(loop), m_owner(owner) {}

  kj::Promise<void> status(StatusContext context) override {
    auto status = context.getResults().initStatus();
    status.setVersion("0.1");
    status.setPid(getpid());
    return kj::READY_NOW;
  }

  kj::Promise<void> launch(LaunchContext context) override {
    auto spec = context.getParams().getSpec();
    FakeBroker::Launched launched;
    if (spec.isCommand()) launched.command = words(spec.getCommand());
    else launched.app = words(spec.getApp());
    launched.arguments = words(spec.getArguments());
    launched.profile = words(spec.getProfile());
    launched.action = words(spec.getAction());
    launched.runAs = words(spec.getRunAs());
    launched.ask = words(cli::nameOf(spec.getAsk()));
    launched.workingDirectory = words(spec.getWorkingDirectory());
    launched.terminal = spec.getTerminal();
    launched.throwaway = spec.getThrowaway();
    for (auto entry : spec.getEnvironment()) launched.environment[words(entry.getName())] = words(entry.getValue());
    for (auto one : spec.getDesignations()) {
      auto fd = co_await one.getObject().getFd();
      launched.designations << words(cli::nameOf(one.getAccess())) + " " + words(cli::nameOf(one.getOrigin())) +
                                   (one.getDirectory() ? " folder " : " file ") + words(one.getPath()) +
                                   (fd == nullptr ? " (no descriptor)" : "");
    }
    auto in = spec.getStdin(), out = spec.getStdout(), err = spec.getStderr();
    auto inFd = co_await in.getFd(), outFd = co_await out.getFd(), errFd = co_await err.getFd();
    auto number = [](kj::Maybe<int> fd) {
      KJ_IF_MAYBE (found, fd) return *found;
      return -1;
    };
    if (!m_owner.script.exit && !launched.command.isEmpty()) {
      m_loop.status = -1;
      m_loop.program = startProgram(launched.command, number(inFd), number(outFd), number(errFd), launched.terminal);
    }
    {
      QMutexLocker lock(&m_loop.mutex);
      m_loop.launched = launched;
    }
    m_loop.note("launch");
    context.getResults().setId("instance-one");
    context.getResults().setInstance(instance());
  }

  kj::Promise<void> instances(InstancesContext context) override {
    m_loop.note("instances");
    if (m_owner.script.instances) m_owner.script.instances(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> findInstance(FindInstanceContext context) override {
    m_loop.note("findInstance " + words(context.getParams().getId()));
    context.getResults().setInstance(instance());
    return kj::READY_NOW;
  }
  kj::Promise<void> grants(GrantsContext context) override {
    auto params = context.getParams();
    m_loop.note("grants " + words(params.getApp()) + (params.getEnded() ? " ended" : ""));
    if (m_owner.script.grants) m_owner.script.grants(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> grant(GrantContext context) override {
    auto params = context.getParams();
    auto fd = params.hasFile() ? co_await params.getFile().getFd() : kj::Maybe<int>(nullptr);
    auto path = words(params.getObject().getPath());
    m_loop.note("grant " + words(params.getHolder()) + " " + words(cli::nameOf(params.getKind())) + " " +
                (path.isEmpty() ? words(params.getObject().getTarget()) : path) + " " +
                words(cli::nameOf(params.getObject().getScope())) + " " + words(cli::nameOf(params.getAccess())) + " " +
                words(cli::lifetimeName(params.getLifetime())) + " " + words(params.getInstance()) +
                (fd == nullptr ? "" : " by descriptor") + (params.getFast() ? " fast" : "") +
                limitsOf(params.getLimits()));
    context.getResults().setId("grant-new");
  }
  // Questions on the way to what is noted.
  kj::Promise<void> openFiles(OpenFilesContext context) override {
    if (m_owner.script.openFiles) m_owner.script.openFiles(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> refusals(RefusalsContext context) override {
    if (m_owner.script.refusals) m_owner.script.refusals(context.getResults());
    else context.getResults().initList(1)[0].setId("requestone");
    return kj::READY_NOW;
  }
  kj::Promise<void> stopFile(StopFileContext context) override {
    m_loop.note("stopFile " + words(context.getParams().getGrant()) + " " + words(context.getParams().getPath()));
    context.getResults().setUnanswered(m_owner.script.unanswered);
    return kj::READY_NOW;
  }
  kj::Promise<void> refuse(RefuseContext context) override {
    auto params = context.getParams();
    auto fd = co_await params.getFile().getFd();
    m_loop.note("refuse " + said(params.getRule()) + (fd == nullptr ? "" : " by descriptor"));
    context.getResults().setId("refusal-new");
  }
  kj::Promise<void> edit(EditContext context) override {
    auto params = context.getParams();
    m_loop.note("edit " + words(params.getGrant()) + " " + said(params.getRule()));
    context.getResults().setId("grant-new");
    context.getResults().setUnanswered(m_owner.script.unanswered);
    return kj::READY_NOW;
  }
  kj::Promise<void> keep(KeepContext context) override {
    auto params = context.getParams();
    m_loop.note(QString(params.getKeep() ? "keep " : "may-lapse ") + joined(params.getGrants()));
    return kj::READY_NOW;
  }
  kj::Promise<void> why(WhyContext context) override {
    auto params = context.getParams();
    m_loop.note("why " + words(params.getApp()) + " " + words(params.getObject().getPath()) + " " +
                words(cli::nameOf(params.getAccess())) + " " + QString::number(params.getSequence()));
    if (m_owner.script.why) m_owner.script.why(context.getResults());
    else context.getResults().initReason().setVerdict(schema::Reason::Verdict::ASKED);
    return kj::READY_NOW;
  }
  // A place below "refused" cannot be, one below "present" is there already.
  kj::Promise<void> importRules(ImportRulesContext context) override {
    auto rules = context.getParams().getRules();
    m_loop.note(QString(context.getParams().getApply() ? "import " : "consider ") + QString::number(rules.size()));
    auto outcomes = context.getResults().initOutcomes(rules.size());
    for (unsigned i = 0; i < rules.size(); ++i) {
      auto path = words(rules[i].getObject().getPath());
      using State = schema::ImportOutcome::State;
      outcomes[i].setState(path.contains("/refused")   ? State::REFUSED
                           : path.contains("/present") ? State::PRESENT
                                                       : State::ADDED);
      if (path.contains("/refused")) outcomes[i].setFault("that is above a ceiling");
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> consequences(ConsequencesContext context) override {
    m_loop.note("consequences " + joined(context.getParams().getGrants()));
    return kj::READY_NOW;
  }
  kj::Promise<void> revoke(RevokeContext context) override {
    m_loop.note("revoke " + joined(context.getParams().getGrants()));
    return kj::READY_NOW;
  }
  kj::Promise<void> suspend(SuspendContext context) override {
    m_loop.note("suspend " + joined(context.getParams().getGrants()));
    return kj::READY_NOW;
  }
  kj::Promise<void> resume(ResumeContext context) override {
    m_loop.note("resume " + joined(context.getParams().getGrants()));
    return kj::READY_NOW;
  }
  kj::Promise<void> restore(RestoreContext context) override {
    m_loop.note("restore " + joined(context.getParams().getGrants()));
    context.getResults().initMade(1).set(0, "grant-again");
    return kj::READY_NOW;
  }
  kj::Promise<void> requests(RequestsContext context) override {
    m_loop.note(QString("requests") + (context.getParams().getRecent() ? " recent" : ""));
    if (m_owner.script.requests) m_owner.script.requests(context.getResults());
    for (auto request : context.getResults().getList()) m_farAsks = m_farAsks || request.hasWish();
    return kj::READY_NOW;
  }
  kj::Promise<void> answer(AnswerContext context) override {
    auto answer = context.getParams().getAnswer();
    if (m_farAsks) {
      auto limits = answer.getLimits();
      m_loop.note(QStringList{"give", words(context.getParams().getRequest()), words(cli::nameOf(answer.getVerdict())),
                              words(cli::lifetimeName(answer.getLifetime())), words(cli::nameOf(answer.getAccess())),
                              answer.getChosen().size() > 0 ? "picked " + words(answer.getChosen()[0].getPath())
                                                            : "target " + words(answer.getTarget()),
                              "as", words(answer.getName()), "uses", QString::number(limits.getUses()), "bytes",
                              QString::number(limits.getBytes()), answer.getMayPassOn() ? "passed on" : "kept"}
                      .join(' '));
      return kj::READY_NOW;
    }
    m_loop.note("answer " + words(context.getParams().getRequest()) + " " + words(cli::nameOf(answer.getVerdict())) +
                " " + words(cli::lifetimeName(answer.getLifetime())) + " " + words(cli::nameOf(answer.getScope())) +
                " " + words(cli::nameOf(answer.getAccess())));
    return kj::READY_NOW;
  }
  kj::Promise<void> journal(JournalContext context) override {
    auto filter = context.getParams().getFilter();
    m_loop.note("journal " + words(filter.getApp()) + " " + QString::number(filter.getLimit()) +
                (filter.getSince() != 0 ? " since" : ""));
    if (m_owner.script.journal) m_owner.script.journal(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> settings(SettingsContext context) override {
    context.getResults().initSettings().setMemoryLimit(12345);
    return kj::READY_NOW;
  }
  kj::Promise<void> setSettings(SetSettingsContext context) override {
    auto settings = context.getParams().getSettings();
    m_loop.note("setSettings " + words(settings.getApp()) + " name=" + words(settings.getPetname()) +
                " gpu=" + QString::number(settings.getGpu()) + offOf(settings) +
                " memory=" + QString::number(settings.getMemoryLimit()) +
                (settings.getNetworkRate() == 0 ? QString()
                                                : " network=" + QString::number(settings.getNetworkRate()) + "/" +
                                                      QString::number(settings.getNetworkPerDay())));
    return kj::READY_NOW;
  }
  kj::Promise<void> stopAll(StopAllContext) override {
    m_loop.note("stopAll");
    return kj::READY_NOW;
  }
  kj::Promise<void> networkOff(NetworkOffContext context) override {
    m_loop.note(context.getParams().getOff() ? "network off" : "network on");
    return kj::READY_NOW;
  }
  kj::Promise<void> connections(ConnectionsContext context) override {
    m_loop.note("connections " + words(context.getParams().getInstance()));
    if (m_owner.script.connections) m_owner.script.connections(context.getResults());
    return kj::READY_NOW;
  }
  kj::Promise<void> endConnection(EndConnectionContext context) override {
    m_loop.note("endConnection " + words(context.getParams().getInstance()) + " " +
                QString::number(context.getParams().getId()));
    return kj::READY_NOW;
  }
  kj::Promise<void> listeners(ListenersContext context) override {
    m_loop.note("listeners");
    auto one = context.getResults().initList(1)[0];
    one.setInstance("instance-one");
    one.initListener().setPort(8080);
    one.getListener().setProgram("evil\x1b[2J");
    return kj::READY_NOW;
  }
  kj::Promise<void> present(PresentContext context) override {
    m_loop.presenter = context.getParams().getPresenter();
    context.getResults().setHandle(kj::heap<FakeHandle>());
    m_loop.note("present " + words(context.getParams().getInstance()));
    return kj::READY_NOW;
  }
  kj::Promise<void> machines(MachinesContext context) override {
    context.getResults().setMachines(kj::heap<FakeMachines>(m_loop, m_owner));
    return kj::READY_NOW;
  }
  kj::Promise<void> packages(PackagesContext context) override {
    context.getResults().setPackages(kj::heap<FakePackages>(m_loop, m_owner));
    return kj::READY_NOW;
  }
  kj::Promise<void> sharing(SharingContext context) override {
    context.getResults().setSharing(kj::heap<FakeSharing>(m_loop, m_owner));
    return kj::READY_NOW;
  }
  kj::Promise<void> forget(ForgetContext context) override {
    m_loop.note("forget " + words(context.getParams().getRefusal()));
    return kj::READY_NOW;
  }

private:
  bool m_farAsks = false;  // What waits is another machine's.
  static QString said(schema::Rule::Reader rule) {
    return words(rule.getHolder()) + " " + words(cli::nameOf(rule.getKind())) + " " +
           words(rule.getObject().getPath()) + " " + words(cli::nameOf(rule.getObject().getScope())) + " " +
           words(cli::nameOf(rule.getAccess())) + (rule.getNever() ? " never" : "") + (rule.getKeep() ? " keep" : "");
  }
  schema::Instance::Client instance() {
    auto note = [this](QString call) { m_loop.note(call); };
    return kj::heap<FakeInstance>(m_owner.script, note, m_loop.program, m_loop.status, m_loop.io->provider->getTimer());
  }

  FakeBroker::Loop& m_loop;
  FakeBroker& m_owner;
};

void FakeBroker::Loop::run() {
  auto context = kj::setupAsyncIo();
  io = &context;
  executor = kj::getCurrentThreadExecutor().addRef();
  auto paf = kj::newPromiseAndFulfiller<void>();
  done = kj::mv(paf.fulfiller);
  accepting = accept().eagerlyEvaluate(nullptr);
  ready = true;
  paf.promise.wait(context.waitScope);
  question = nullptr;
  comparing = nullptr;
  presenter = nullptr;
  accepting = nullptr;
  connections.clear();
  receiver = nullptr;
  done = nullptr;
}

kj::Promise<void> FakeBroker::Loop::accept() {
  auto fd = listenAt(owner.path("run/latchkey/person").toStdString());
  receiver = io->lowLevelProvider->wrapListenSocketFd(fd.release(), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  for (;;) {
    auto stream = co_await receiver->accept();
    auto capability = stream.downcast<kj::AsyncCapabilityStream>();
    connections.add(kj::heap<Connection>(kj::mv(capability), capnp::rpc::twoparty::Side::SERVER,
                                         kj::heap<FakePerson>(*this, owner)));
  }
}

FakeBroker::FakeBroker() {
  for (auto folder : {"run/latchkey", "home", "data", "state", "config"}) QDir().mkpath(path(folder));
  for (auto folder : {"run", "run/latchkey"})
    QFile::setPermissions(path(folder), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
  m_loop = std::make_unique<Loop>(*this);
}

FakeBroker::~FakeBroker() = default;

QStringList FakeBroker::environment() const {
  return {"HOME=" + path("home"),
          "XDG_RUNTIME_DIR=" + path("run"),
          "XDG_DATA_HOME=" + path("data"),
          "XDG_STATE_HOME=" + path("state"),
          "XDG_CONFIG_HOME=" + path("config"),
          "PATH=" + qEnvironmentVariable("PATH"),
          "TERM=xterm",
          "LANG=C.UTF-8",
          "NO_COLOR=1",
          "XDG_DATA_DIRS=" + path("system")};
}

QStringList FakeBroker::calls() const {
  QMutexLocker lock(&m_loop->mutex);
  return m_loop->calls;
}

bool FakeBroker::waitForCall(const QString& beginning) const {
  QElapsedTimer timer;
  timer.start();
  while (timer.elapsed() < PATIENCE_MS) {
    for (auto& call : calls()) {
      if (call.startsWith(beginning)) return true;
    }
    QThread::msleep(5);
  }
  return false;
}

FakeBroker::Launched FakeBroker::launched() const {
  QMutexLocker lock(&m_loop->mutex);
  return m_loop->launched;
}

pid_t FakeBroker::program() const { return m_loop->program; }

void FakeBroker::ask(std::function<void(schema::Request::Builder)> fill) {
  auto& loop = *m_loop;
  {
    QMutexLocker lock(&loop.mutex);
    loop.answer.clear();
  }
  loop.executor->executeSync([&loop, &fill] {
    auto ask = KJ_REQUIRE_NONNULL(loop.presenter).presentRequest();
    fill(ask.initRequest());
    auto set = [&loop](QString answer) {
      QMutexLocker lock(&loop.mutex);
      loop.answer = answer;
    };
    loop.question =
        ask.send()
            .then([set](auto&& result) {
              auto answer = result.getAnswer();
              set(words(cli::nameOf(answer.getVerdict())) + " " + words(cli::lifetimeName(answer.getLifetime())) + " " +
                  words(cli::nameOf(answer.getAccess())) + " " + words(cli::nameOf(answer.getScope())));
            })
            .catch_([set](kj::Exception&& e) { set("failed: " + QString(e.getDescription().cStr())); })
            .eagerlyEvaluate(nullptr);
  });
}

QString FakeBroker::answer() const {
  QMutexLocker lock(&m_loop->mutex);
  return m_loop->answer;
}

QString FakeBroker::waitForAnswer() const {
  QElapsedTimer timer;
  timer.start();
  while (answer().isEmpty() && timer.elapsed() < PATIENCE_MS) QThread::msleep(5);
  return answer();
}

void FakeBroker::withdraw() {
  auto& loop = *m_loop;
  loop.executor->executeSync([&loop] { loop.question = nullptr; });
}

void FakeBroker::die() {
  auto& loop = *m_loop;
  loop.executor->executeSync([&loop] {
    loop.accepting = nullptr;
    loop.receiver = nullptr;
    loop.question = nullptr;
    loop.presenter = nullptr;
    loop.connections.clear();
  });
}

void FakeBroker::comeBack() {
  auto& loop = *m_loop;
  loop.executor->executeSync([&loop] { loop.accepting = loop.accept().eagerlyEvaluate(nullptr); });
}

}  // namespace latchkey::test
