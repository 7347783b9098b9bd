// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/fake-broker.h"

#include <kj/debug.h>

#include <thread>

#include "app/ui/convert.h"
#include "app/ui/demo/fake-machines.h"
#include "app/ui/demo/fake-packages.h"
#include "app/ui/demo/fake-sharing.h"

namespace latchkey::ui {
namespace {

using namespace fake;

QString text(capnp::Data::Reader data) {
  return QString::fromUtf8(reinterpret_cast<const char*>(data.begin()), qsizetype(data.size()));
}

// " rate 5 day 6 all 7" of those that there are.
QString limitsOf(schema::Limits::Reader limits) {
  QString words;
  auto add = [&](const char* name, quint64 bytes) {
    if (bytes != 0) words += QStringLiteral(" %1 %2").arg(QLatin1String(name)).arg(bytes);
  };
  add("rate", limits.getBytesPerSecond());
  add("day", limits.getBytesPerDay());
  add("all", limits.getBytes());
  return words;
}

template <typename Reader>
QStringList idsOf(const Reader& list) {
  QStringList ids;
  for (auto id : list) ids << QString::fromUtf8(id.cStr());
  return ids;
}

class Nothing final : public schema::Handle::Server {};

class OneInstance final : public schema::Instance::Server {
public:
  OneInstance(FakeBroker::World& world, QString id) : m_world(world), m_id(std::move(id)) {}

  kj::Promise<void> stop(StopContext) override {
    m_world.hear(QStringLiteral("stop ") + m_id);
    for (auto& instance : m_world.script.instances) {
      if (instance.id != m_id) continue;
      instance.state = Terms::InstanceState::Ended;
      m_world.tell(QList{instance});
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> processes(ProcessesContext context) override {
    auto list = m_world.script.processes.value(m_id);
    fillList(list, context.getResults().initList(list.size()));
    return kj::READY_NOW;
  }

private:
  FakeBroker::World& m_world;
  QString m_id;
};

class FakePerson final : public schema::Person::Server {
public:
  explicit FakePerson(std::shared_ptr<FakeBroker::World> world) : m_kept(kj::mv(world)), m_world(*m_kept) {}

  kj::Promise<void> status(StatusContext context) override {
    fill(m_world.script.status, context.getResults().initStatus());
    return kj::READY_NOW;
  }
  kj::Promise<void> launch(LaunchContext context) override;
  kj::Promise<void> instances(InstancesContext context) override {
    fillList(m_world.script.instances, context.getResults().initList(m_world.script.instances.size()));
    return kj::READY_NOW;
  }
  kj::Promise<void> findInstance(FindInstanceContext context) override {
    auto id = QString::fromUtf8(context.getParams().getId().cStr());
    for (const auto& instance : m_world.script.instances) {
      if (instance.id == id) context.getResults().setInstance(kj::heap<OneInstance>(m_world, id));
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> grants(GrantsContext context) override {
    fillList(m_world.script.grants, context.getResults().initList(m_world.script.grants.size()));
    return kj::READY_NOW;
  }
  kj::Promise<void> consequences(ConsequencesContext context) override {
    auto ends = m_world.subtree(idsOf(context.getParams().getGrants()));
    quint32 live = 0;
    for (const auto& grant : ends) live += grant.live;
    fillList(ends, context.getResults().initEnds(ends.size()));
    context.getResults().setLive(live);
    return kj::READY_NOW;
  }
  // One program has the first file that is open mapped, another only looks at it.
  kj::Promise<void> openFiles(OpenFilesContext context) override {
    KJ_IF_MAYBE (silence, m_world.silence) co_await silence->addBranch();
    QList<Grant> open;
    for (const auto& grant : m_world.subtree(idsOf(context.getParams().getGrants()))) {
      if (grant.live > 0 && grant.object.path.size() > 0) open << grant;
    }
    auto list = context.getResults().initList(open.size() * 2);
    for (qsizetype i = 0; i < open.size(); ++i) {
      auto path = open[i].object.path + (open[i].kind == Terms::Kind::Folder ? "/report 2026.odt" : "");
      for (auto handle : {list[i * 2], list[i * 2 + 1]}) {
        handle.setPath({reinterpret_cast<const kj::byte*>(path.constData()), size_t(path.size())});
        handle.setGrant(open[i].id.toStdString().c_str());
        handle.setBytesRead(2'300'000);
        handle.setUsed(open[i].used);
        handle.initProgram().setPid(4711);
        handle.getProgram().setName("soffice.bin");
      }
      list[i * 2].setAccess(schema::Access::WRITE);
      list[i * 2].setBytesWritten(14'000);
      list[i * 2].setMapped(schema::OpenFile::Mapped::YES);
      auto mapper = list[i * 2].initMappers(1)[0];
      mapper.setPid(4711);
      mapper.setName("soffice.bin");
      list[i * 2 + 1].getProgram().setPid(0);
    }
  }
  kj::Promise<void> stopFile(StopFileContext context) override {
    auto params = context.getParams();
    m_world.hear(
        QStringLiteral("stop-file %1 %2").arg(QString::fromUtf8(params.getGrant().cStr()), text(params.getPath())));
    return kj::READY_NOW;
  }
  // Those that are open have moved some more each time somebody looks.
  kj::Promise<void> connections(ConnectionsContext context) override {
    auto instance = QString::fromUtf8(context.getParams().getInstance().cStr());
    QList<Connection> list;
    for (auto [whose, connections] : m_world.script.connections.asKeyValueRange()) {
      if (!instance.isEmpty() && whose != instance) continue;
      for (auto& connection : connections) {
        connection.instance = whose;
        if (connection.state == Connection::State::Open) {
          connection.bytesIn += 40'000 * connection.id;
          connection.used = fakeNow();
        }
        list << connection;
      }
    }
    fillList(list, context.getResults().initList(list.size()));
    return kj::READY_NOW;
  }
  kj::Promise<void> endConnection(EndConnectionContext context) override {
    auto params = context.getParams();
    auto instance = QString::fromUtf8(params.getInstance().cStr());
    m_world.hear(QStringLiteral("end-connection %1 %2").arg(instance).arg(params.getId()));
    for (auto& connection : m_world.script.connections[instance]) {
      if (connection.id != params.getId()) continue;
      connection.state = Connection::State::Ended;
      connection.ended = fakeNow();
      connection.ending = Connection::Ending::EndedByYou;
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> listeners(ListenersContext context) override {
    fillList(m_world.script.listeners, context.getResults().initList(m_world.script.listeners.size()));
    return kj::READY_NOW;
  }
  kj::Promise<void> grant(GrantContext context) override {
    auto params = context.getParams();
    auto holder = QString::fromUtf8(params.getHolder().cStr());
    auto target = QString::fromUtf8(params.getObject().getTarget().cStr());
    auto path = text(params.getObject().getPath());
    if (!path.isEmpty()) path += params.getAccess() == schema::Access::WRITE ? " write" : " read";
    m_world.hear(QStringLiteral("grant %1 %2%3").arg(holder, path + target, limitsOf(params.getLimits())));
    KJ_REQUIRE(target != u"nowhere at all", "that is nothing that can be reached");
    for (const auto& listener : m_world.script.listeners) {
      bool asked = params.getListener() != 0 && target.startsWith(QString::number(listener.port) + u'/');
      KJ_REQUIRE(!asked || listener.id == params.getListener(), "what listened there does so no longer");
    }
    KJ_REQUIRE(!m_world.script.portIsTaken || !target.endsWith(u"@network"), "the port is taken");
    Grant made;
    made.id = QStringLiteral("made%1").arg(m_world.script.grants.size());
    made.holder = holder;
    made.kind = Terms::Kind(int(params.getKind()));
    made.object.target = target;
    made.instance = QString::fromUtf8(params.getInstance().cStr());
    made.lifetime.lasting = Terms::Lasting(int(params.getLifetime().which()));
    made.created = fakeNow();
    listenBy(made);
    m_world.script.grants << made;
    m_world.tell(QList{made});
    context.getResults().setId(kjText(made.id));
    return kj::READY_NOW;
  }
  kj::Promise<void> revoke(RevokeContext context) override {
    auto ids = idsOf(context.getParams().getGrants());
    m_world.hear(QStringLiteral("revoke ") + ids.join(u' '));
    auto ended = m_world.end(ids);
    for (auto& listener : m_world.script.listeners) {
      if (ids.contains(listener.grant)) listener.grant.clear();
    }
    m_world.tell(ended);
    fillList(ended, context.getResults().initEnded(ended.size()));
    context.getResults().setUnanswered(m_world.doubting);
    context.getResults().setUnkept(kjText(m_world.script.unkept));
    return kj::READY_NOW;
  }
  kj::Promise<void> suspend(SuspendContext context) override {
    setState(idsOf(context.getParams().getGrants()), Terms::GrantState::Suspended, QStringLiteral("suspend "));
    return kj::READY_NOW;
  }
  kj::Promise<void> resume(ResumeContext context) override {
    setState(idsOf(context.getParams().getGrants()), Terms::GrantState::Active, QStringLiteral("resume "));
    return kj::READY_NOW;
  }
  kj::Promise<void> restore(RestoreContext context) override {
    auto ids = idsOf(context.getParams().getGrants());
    m_world.hear(QStringLiteral("restore ") + ids.join(u' '));
    auto made = m_world.again(ids);
    for (const auto& grant : made) {
      if (grant.kind == Terms::Kind::Listen) listenBy(grant);
    }
    m_world.tell(made);
    return kj::READY_NOW;
  }
  kj::Promise<void> edit(EditContext context) override {
    auto params = context.getParams();
    auto rule = params.getRule();
    auto path = text(rule.getObject().getPath());
    auto target = QString::fromUtf8(rule.getObject().getTarget().cStr());
    m_world.hear(QStringLiteral("edit %1 %2 %3 %4 %5%6")
                     .arg(QString::fromUtf8(params.getGrant().cStr()), QString::fromUtf8(rule.getHolder().cStr()),
                          path.isEmpty() ? target + limitsOf(rule.getLimits()) : path)
                     .arg(int(rule.getObject().getScope()))
                     .arg(rule.getAccess() == schema::Access::WRITE ? "write" : "read", rule.getKeep() ? " keep" : ""));
    KJ_REQUIRE(!path.contains(QStringLiteral("Missing")), "there is no such file or folder");
    auto ended = m_world.end({QString::fromUtf8(params.getGrant().cStr())});
    m_world.tell(ended);
    return kj::READY_NOW;
  }
  kj::Promise<void> why(WhyContext context) override {
    auto sequence = context.getParams().getSequence();
    m_world.hear(QStringLiteral("why %1").arg(sequence));
    auto reason = context.getResults().initReason();
    reason.setVerdict(schema::Reason::Verdict::ASKED);
    for (const auto& entry : m_world.script.journal) {
      if (entry.sequence != sequence) continue;
      bool refused = entry.event == u"refuse" || entry.outcome == u"denied" || entry.outcome == u"never";
      for (const auto& grant : m_world.script.grants) {
        if (refused || grant.holder != entry.app || grant.object.path.isEmpty() || reason.hasGrant()) continue;
        fill(grant, reason.initGrant());
        reason.setVerdict(schema::Reason::Verdict::ALLOWED);
      }
      if (!refused) continue;
      reason.setVerdict(schema::Reason::Verdict::DENIED);
      reason.setLine("this may never be allowed (/etc/latchkey/ceilings.toml, line 3)");
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> requests(RequestsContext context) override {
    fillList(m_world.script.requests, context.getResults().initList(m_world.script.requests.size()));
    return kj::READY_NOW;
  }
  kj::Promise<void> answer(AnswerContext context) override {
    auto id = QString::fromUtf8(context.getParams().getRequest().cStr());
    auto given = context.getParams().getAnswer();
    auto answer = answerOf(given);
    auto what = line(id, answer);
    for (const auto& request : m_world.script.requests) {
      if (request.id != id || !request.wish || answer.verdict != Terms::Verdict::Allow) continue;
      auto target = QString::fromUtf8(given.getTarget().cStr());
      if (target.startsWith(u"@computer:99")) return KJ_EXCEPTION(FAILED, "that is nothing to share");
      what += QStringLiteral(" gives %1 as %2 uses=%3%4")
                  .arg(target, QString::fromUtf8(given.getName().cStr()))
                  .arg(given.getLimits().getUses())
                  .arg(given.getMayPassOn() ? " pass" : "");
    }
    m_world.hear(QStringLiteral("answer ") + what);
    context.getResults().setGrant(kjText(m_world.decide(id, answer)));
    return kj::READY_NOW;
  }
  kj::Promise<void> journal(JournalContext context) override {
    auto before = context.getParams().getFilter().getBefore();
    QList<JournalEntry> list;
    for (const auto& entry : m_world.script.journal) {
      if (before == 0 || entry.sequence < before) list << entry;
    }
    fillList(list, context.getResults().initList(list.size()));
    return kj::READY_NOW;
  }
  kj::Promise<void> setSettings(SetSettingsContext context) override {
    auto settings = fromSchema(context.getParams().getSettings());
    QString limits;
    if (settings.networkRate + settings.networkPerDay > 0)
      limits = QStringLiteral(" rate=%1 day=%2").arg(settings.networkRate).arg(settings.networkPerDay);
    m_world.hear(QStringLiteral("settings %1 %2%3").arg(settings.app, settings.petname, limits));
    return kj::READY_NOW;
  }
  kj::Promise<void> allSettings(AllSettingsContext context) override {
    fillList(m_world.script.settings, context.getResults().initList(m_world.script.settings.size()));
    return kj::READY_NOW;
  }
  kj::Promise<void> stopAll(StopAllContext) override {
    m_world.hear(QStringLiteral("stop-all"));
    return kj::READY_NOW;
  }
  kj::Promise<void> networkOff(NetworkOffContext context) override {
    m_world.script.status.networkOff = context.getParams().getOff();
    m_world.hear(context.getParams().getOff() ? QStringLiteral("network off") : QStringLiteral("network on"));
    m_world.tellStatus();
    return kj::READY_NOW;
  }
  kj::Promise<void> machines(MachinesContext context) override {
    if (!m_world.script.knowsMachines) return schema::Person::Server::machines(context);
    context.getResults().setMachines(machinesOf(m_kept));
    return kj::READY_NOW;
  }
  kj::Promise<void> packages(PackagesContext context) override {
    context.getResults().setPackages(packagesOf(m_kept));
    return kj::READY_NOW;
  }
  kj::Promise<void> sharing(SharingContext context) override {
    if (!m_world.script.knowsMachines) return schema::Person::Server::sharing(context);
    context.getResults().setSharing(sharingOf(m_kept));
    return kj::READY_NOW;
  }
  kj::Promise<void> watch(WatchContext context) override {
    m_world.ensureLive().observers.add(context.getParams().getObserver());
    context.getResults().setHandle(kj::heap<Nothing>());
    return kj::READY_NOW;
  }
  kj::Promise<void> present(PresentContext context) override {
    m_world.ensureLive().presenter = context.getParams().getPresenter();
    context.getResults().setHandle(kj::heap<Nothing>());
    return kj::READY_NOW;
  }
  kj::Promise<void> forget(ForgetContext context) override {
    auto id = QString::fromUtf8(context.getParams().getRefusal().cStr());
    m_world.hear(QStringLiteral("forget ") + id);
    m_world.script.refusals.removeIf([&](const Grant& refused) { return refused.id == id; });
    return kj::READY_NOW;
  }
  kj::Promise<void> refusals(RefusalsContext context) override {
    fillList(m_world.script.refusals, context.getResults().initList(m_world.script.refusals.size()));
    return kj::READY_NOW;
  }
  kj::Promise<void> refuse(RefuseContext context) override {
    auto refused = fromSchema(context.getParams().getRule());
    m_world.hear(QStringLiteral("refuse %1 %2").arg(refused.holder, QString::fromUtf8(refused.object.path)));
    refused.id = QStringLiteral("again%1").arg(m_world.script.refusals.size());
    m_world.script.refusals << refused;
    return kj::READY_NOW;
  }
  // A place called "Missing" is not there.
  kj::Promise<void> importRules(ImportRulesContext context) override {
    auto rules = context.getParams().getRules();
    auto outcomes = context.getResults().initOutcomes(rules.size());
    for (unsigned i = 0; i < rules.size(); ++i) {
      auto rule = fromSchema(rules[i]);
      auto same = [&](const Grant& grant) {
        return grant.holder == rule.holder && grant.object.path == rule.object.path && !grant.over();
      };
      auto& known = rules[i].getNever() ? m_world.script.refusals : m_world.script.grants;
      bool isThere = std::any_of(known.begin(), known.end(), same);
      outcomes[i].setState(isThere ? schema::ImportOutcome::State::PRESENT : schema::ImportOutcome::State::ADDED);
      if (!rule.object.path.contains("Missing")) continue;
      outcomes[i].setState(schema::ImportOutcome::State::REFUSED);
      outcomes[i].setFault("there is no such file or folder");
    }
    if (context.getParams().getApply()) m_world.hear(QStringLiteral("import %1").arg(rules.size()));
    return kj::READY_NOW;
  }

private:
  // What listens on its port inside is reached by it from now on.
  void listenBy(const Grant& grant) {
    for (auto& listener : m_world.script.listeners) {
      if (listener.instance == grant.instance && grant.object.target.startsWith(QString::number(listener.port) + u'/'))
        listener.grant = grant.id;
    }
  }
  void setState(const QStringList& ids, Terms::GrantState state, const QString& verb) {
    m_world.hear(verb + ids.join(u' '));
    QList<Grant> changed;
    for (const auto& id : ids) {
      if (auto* grant = m_world.find(id)) {
        grant->state = state;
        changed << *grant;
      }
    }
    m_world.tell(changed);
  }

  std::shared_ptr<FakeBroker::World> m_kept;
  FakeBroker::World& m_world;
};

kj::Promise<void> FakePerson::launch(LaunchContext context) {
  auto spec = context.getParams().getSpec();
  Instance instance;
  instance.app =
      spec.isApp() ? QString::fromUtf8(spec.getApp().cStr()) : QStringLiteral("command:") + text(spec.getCommand()[0]);
  instance.id = QStringLiteral("i%1").arg(m_world.script.instances.size() + 100);
  instance.profile = QString::fromUtf8(spec.getProfile().cStr());
  instance.started = fakeNow();
  instance.state = Terms::InstanceState::Running;
  auto line = QStringLiteral("launch ") + instance.app;
  if (!instance.profile.isEmpty()) line += u'@' + instance.profile;
  // A designation without a descriptor would designate nothing.
  for (auto thing : spec.getDesignations())
    line += u' ' + text(thing.getPath()) + (thing.hasObject() ? "[fd]" : "[none]");
  if (spec.getThrowaway()) line += QStringLiteral(" throwaway");
  m_world.hear(line);
  m_world.script.instances << instance;
  m_world.tell(QList{instance});
  context.getResults().setId(kjText(instance.id));
  context.getResults().setInstance(kj::heap<OneInstance>(m_world, instance.id));
  return kj::READY_NOW;
}

class FakeDoor final : public Door {
public:
  explicit FakeDoor(std::shared_ptr<FakeBroker::World> world) : m_world(kj::mv(world)) {}

  kj::Promise<Opened> open(kj::AsyncIoContext&) override {
    {
      std::lock_guard guard(m_world->lock);
      m_world->executor = kj::getCurrentThreadExecutor().addRef();
    }
    if (m_world->refusing) return KJ_EXCEPTION(DISCONNECTED, "nobody answers");
    auto pair = kj::newPromiseAndFulfiller<void>();
    m_world->ensureLive().lost = kj::mv(pair.fulfiller);
    schema::Person::Client person = kj::heap<FakePerson>(m_world);
    auto end = kj::defer([world = m_world]() mutable { world->live = nullptr; });
    return Opened{kj::heap(kj::mv(end)), kj::mv(person), kj::mv(pair.promise)};
  }

private:
  std::shared_ptr<FakeBroker::World> m_world;
};

}  // namespace

FakeBroker::FakeBroker(Script script) : m_world(std::make_shared<World>(std::move(script))) {}
FakeBroker::~FakeBroker() = default;

std::unique_ptr<Door> FakeBroker::door() { return std::make_unique<FakeDoor>(m_world); }

void FakeBroker::inside(std::function<void(World&)> work) {
  for (;;) {
    kj::Maybe<kj::Own<const kj::Executor>> executor;
    {
      std::lock_guard guard(m_world->lock);
      KJ_IF_MAYBE (known, m_world->executor) executor = (*known)->addRef();
    }
    KJ_IF_MAYBE (there, executor) {
      // The lock says to ThreadSanitizer what it does not see in KJ's own: one thread waits for the other.
      std::mutex handing;
      handing.lock();
      handing.unlock();
      (*there)->executeSync([&] {
        std::lock_guard guard(handing);
        work(*m_world);
      });
      handing.lock();
      handing.unlock();
      return;
    }
    std::this_thread::yield();  // The session's thread is about to open the door.
  }
}

void FakeBroker::present(const Request& request) {
  inside([request](World& world) {
    world.script.requests << request;
    world.tell(QList{request});
    auto& live = world.ensureLive();
    KJ_IF_MAYBE (presenter, live.presenter) {
      auto call = presenter->presentRequest();
      fill(request, call.initRequest());
      auto id = request.id;
      auto done = call.send().then(
          [&world, id](capnp::Response<schema::Presenter::PresentResults>&& response) {
            auto answer = answerOf(response.getAnswer());
            world.hear(QStringLiteral("answer ") + line(id, answer));
            world.decide(id, answer);
          },
          [&world, id](kj::Exception&&) { world.hear(QStringLiteral("unpresented ") + id); });
      live.presented.upsert(kjText(id), done.eagerlyEvaluate(nullptr),
                            [](kj::Promise<void>& old, kj::Promise<void>&& made) { old = kj::mv(made); });
    }
  });
}

void FakeBroker::tellWaiting(const Request& request) {
  inside([request](World& world) {
    world.script.requests << request;
    world.tell(QList{request});
  });
}

void FakeBroker::withdraw(const QString& id) {
  inside([id](World& world) {
    world.ensureLive().presented.erase(kjText(id).asPtr());
    world.decided(id, Terms::RequestState::Withdrawn);
  });
}

void FakeBroker::change(const Grant& grant) {
  inside([grant](World& world) {
    if (auto* known = world.find(grant.id)) *known = grant;
    else world.script.grants << grant;
    world.tell(QList{grant});
  });
}

void FakeBroker::change(const Instance& instance) {
  inside([instance](World& world) { world.tell(QList{instance}); });
}

void FakeBroker::change(const Status& status) {
  inside([status](World& world) {
    world.script.status = status;
    world.tellStatus();
  });
}

void FakeBroker::change(const Settings& settings) {
  inside([settings](World& world) { world.tell(QList{settings}); });
}

void FakeBroker::listensInstead(quint64 listener) {
  inside([listener](World& world) {
    for (auto& one : world.script.listeners) one.id = listener;
  });
}

void FakeBroker::change(const Machine& machine) {
  inside([machine](World& world) {
    bool known = false;
    for (auto& one : world.script.machines) {
      if (one.id == machine.id) one = machine, known = true;
    }
    if (!known) world.script.machines << machine;
    world.tell(QList{machine});
  });
}

void FakeBroker::lose(const QString& machine) {
  inside([machine](World& world) { world.removeMachine(machine); });
}

void FakeBroker::redeem(const QString& invitation, const QString& name) {
  inside([invitation, name](World& world) {
    for (auto& one : world.script.invitations) {
      if (one.id != invitation) continue;
      one.used = fakeNow();
      one.by = world.addMachine(name);
    }
  });
}

void FakeBroker::change(const OwnMachine& own) {
  inside([own](World& world) { world.script.own = own; });
}

void FakeBroker::installFails(const QString& why) {
  inside([why](World& world) { world.script.installFault = why; });
}

void FakeBroker::change(const Package& package) {
  inside([package](World& world) {
    world.script.packages.removeIf([&](const Package& one) { return one.text.id == package.text.id; });
    world.script.packages << package;
    world.tellPackages();
  });
}

void FakeBroker::change(const MachineOffer& offer) {
  inside([offer](World& world) { world.put(offer); });
}

void FakeBroker::compare(const QString& name) {
  inside([name](World& world) {
    auto& live = world.ensureLive();
    KJ_IF_MAYBE (presenter, live.words) {
      auto call = presenter->compareRequest();
      fillComparison(call, name);
      auto then = [&world, name, presenter = *presenter](auto&& answer) mutable -> kj::Promise<void> {
        world.hear(answer.getMatch() ? QStringLiteral("compared match") : QStringLiteral("compared differ"));
        if (!answer.getMatch()) return kj::READY_NOW;
        if (world.leavesOpen) return kj::NEVER_DONE;
        if (world.differsThere) {
          auto over = presenter.overRequest();
          over.setReason("the other person said that the words differ");
          return over.send().ignoreResult();
        }
        auto id = world.addMachine(name);
        auto added = presenter.addedRequest();
        for (const auto& machine : world.script.machines) {
          if (machine.id == id) fake::fill(machine, added.initMachine());
        }
        return added.send().ignoreResult();
      };
      auto done =
          call.send().then(kj::mv(then)).attach(kj::defer([&world] { world.hear(QStringLiteral("comparison over")); }));
      live.compared.upsert(
          kjText(name), done.eagerlyEvaluate([&world](kj::Exception&&) { world.hear(QStringLiteral("not compared")); }),
          [](kj::Promise<void>& old, kj::Promise<void>&& made) { old = kj::mv(made); });
    } else {
      world.hear(QStringLiteral("not admitted"));
    }
  });
}

void FakeBroker::breakOff(const QString& name) {
  inside([name](World& world) { world.ensureLive().compared.erase(kjText(name).asPtr()); });
}

void FakeBroker::differThere() {
  inside([](World& world) { world.differsThere = true; });
}

void FakeBroker::leaveOpen() {
  inside([](World& world) { world.leavesOpen = true; });
}

void FakeBroker::doubt() {
  inside([](World& world) { world.doubting = true; });
}

void FakeBroker::keepSilent() {
  inside([](World& world) {
    auto pair = kj::newPromiseAndFulfiller<void>();
    world.silence = pair.promise.fork();
    world.speech = kj::mv(pair.fulfiller);
  });
}

void FakeBroker::speak() {
  inside([](World& world) {
    KJ_IF_MAYBE (speech, world.speech) (*speech)->fulfill();
  });
}

void FakeBroker::add(const JournalEntry& entry) {
  inside([entry](World& world) { world.tell(QList{entry}); });
}

void FakeBroker::hangUp() {
  inside([](World& world) {
    world.refusing = true;
    KJ_IF_MAYBE (lost, world.ensureLive().lost) (*lost)->fulfill();
  });
}

void FakeBroker::pickUp() {
  inside([](World& world) { world.refusing = false; });
}

bool FakeBroker::hasPresenter() {
  bool there = false;
  inside([&there](World& world) { there = world.ensureLive().presenter != nullptr; });
  return there;
}

QStringList FakeBroker::heard() const {
  std::lock_guard guard(m_world->lock);
  return m_world->heard;
}

}  // namespace latchkey::ui
