// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/session-line.h"

#include <kj/debug.h>
#include <kj/map.h>

#include <map>

#include "app/ui/convert.h"
#include "app/ui/rule-calls.h"
#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/log.h"

extern char** environ;

namespace latchkey::ui {
namespace {

using namespace std::chrono_literals;

capnp::Data::Reader dataOf(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}
capnp::Data::Reader dataOf(const QByteArray& bytes) {
  return {reinterpret_cast<const kj::byte*>(bytes.constData()), size_t(bytes.size())};
}

void fillDesignations(const QList<QByteArray>& dropped, schema::LaunchSpec::Builder spec) {
  kj::Vector<Resolved> things;
  for (const auto& path : dropped) {
    KJ_IF_MAYBE (thing, tryResolve(path.toStdString())) things.add(kj::mv(*thing));
  }
  auto arguments = spec.initArguments(things.size());
  auto designations = spec.initDesignations(things.size());
  for (auto i : kj::indices(things)) {
    arguments.set(i, dataOf(things[i].path));
    auto designation = designations[i];
    designation.setPath(dataOf(things[i].path));
    designation.setDirectory(things[i].directory);
    designation.setAccess(schema::Access::WRITE);
    designation.setOrigin(schema::Origin::DROPPED);
    designation.setObject(descriptorOf(kj::mv(things[i].fd)));
  }
}

void fillEnvironment(schema::LaunchSpec::Builder spec) {
  std::vector<std::string_view> entries;
  for (char** entry = environ; *entry; ++entry) {
    if (std::string_view(*entry).find('=') != std::string_view::npos) entries.emplace_back(*entry);
  }
  auto list = spec.initEnvironment(entries.size());
  for (auto i : kj::indices(entries)) {
    auto split = entries[i].find('=');
    list[i].setName(dataOf(std::string(entries[i].substr(0, split))));
    list[i].setValue(dataOf(std::string(entries[i].substr(split + 1))));
  }
}

void fill(const Launch& launch, schema::LaunchSpec::Builder spec) {
  if (launch.app.isEmpty()) {
    auto command = spec.initCommand(launch.command.size());
    for (auto i : kj::indices(command)) command.set(i, dataOf(launch.command[qsizetype(i)]));
  } else {
    spec.setApp(launch.app.toStdString().c_str());
  }
  spec.setProfile(launch.profile.toStdString().c_str());
  spec.setAction(launch.action.toStdString().c_str());
  spec.setAsk(schema::AskMode::UI);
  spec.setThrowaway(launch.throwaway);
  fillDesignations(launch.dropped, spec);
  fillEnvironment(spec);
}

}  // namespace

Session::Line::Line(Session& session, std::unique_ptr<Door> door, Presents presents)
    : m_session(session), m_door(std::move(door)), m_presents(presents), m_port([this](EventPort::Inside& inside) {
        return std::shared_ptr<void>(std::make_shared<World>(*this, inside.io));
      }) {}

void Session::Line::post(std::function<void(World&)> work) {
  m_port.post([this, work = std::move(work)] { work(*m_world); });
}

void Session::Line::tell(std::function<void(Session&)> work) {
  auto* session = &m_session;
  QMetaObject::invokeMethod(session, [session, work = std::move(work)] { work(*session); }, Qt::QueuedConnection);
}

void Session::Line::tellTrouble(kj::Exception& exception) {
  tell([line = QString::fromStdString(reason(exception))](Session& session) { Q_EMIT session.trouble(line); });
}

class Session::Line::World final : private kj::TaskSet::ErrorHandler {
public:
  World(Line& line, kj::AsyncIoContext& io) : m_line(line), m_io(io), m_tasks(*this) {
    line.m_world = this;
    m_tasks.add(stay());
  }

  kj::Maybe<schema::Person::Client&> person() {
    KJ_IF_MAYBE (person, m_person) return *person;
    return nullptr;
  }
  void add(kj::Promise<void> task) { m_tasks.add(kj::mv(task)); }
  void begin(const QString& name, const std::function<kj::Promise<void>(schema::Person::Client)>& work) {
    callOff(name);
    KJ_IF_MAYBE (known, m_person) {
      auto done = work(*known).eagerlyEvaluate([this](kj::Exception&& exception) { m_line.tellTrouble(exception); });
      m_works.emplace(name, kj::mv(done));
    }
  }
  void callOff(const QString& name) { m_works.erase(name); }
  void answer(const QString& request, const Answer& answer);

private:
  class Watcher;
  class Shower;
  struct Shown;

  kj::Promise<void> stay();
  kj::Promise<void> serve(Door::Opened opened);
  kj::Promise<void> readAll(schema::Person::Client person);
  void taskFailed(kj::Exception&& exception) override { m_line.tellTrouble(exception); }

  Line& m_line;
  kj::AsyncIoContext& m_io;
  kj::Maybe<schema::Person::Client> m_person;
  kj::HashMap<kj::String, Shown*> m_shown;
  std::map<QString, kj::Promise<void>> m_works;
  kj::TaskSet m_tasks;
};

class Session::Line::World::Watcher final : public schema::Observer::Server {
public:
  explicit Watcher(Line& line) : m_line(line) {}

  kj::Promise<void> grants(GrantsContext context) override {
    m_line.tell(
        [list = listFromSchema(context.getParams().getChanged())](Session& s) { Q_EMIT s.grantsChanged(list); });
    return kj::READY_NOW;
  }
  kj::Promise<void> requests(RequestsContext context) override {
    m_line.tell(
        [list = listFromSchema(context.getParams().getChanged())](Session& s) { Q_EMIT s.requestsChanged(list); });
    return kj::READY_NOW;
  }
  kj::Promise<void> instances(InstancesContext context) override {
    m_line.tell(
        [list = listFromSchema(context.getParams().getChanged())](Session& s) { Q_EMIT s.instancesChanged(list); });
    return kj::READY_NOW;
  }
  kj::Promise<void> journal(JournalContext context) override {
    m_line.tell([list = listFromSchema(context.getParams().getAdded())](Session& s) { Q_EMIT s.journalAdded(list); });
    return kj::READY_NOW;
  }
  kj::Promise<void> settings(SettingsContext context) override {
    m_line.tell(
        [list = listFromSchema(context.getParams().getChanged())](Session& s) { Q_EMIT s.settingsChanged(list); });
    return kj::READY_NOW;
  }
  kj::Promise<void> listeners(ListenersContext context) override {
    auto params = context.getParams();
    auto instance = QString::fromUtf8(params.getInstance().begin(), qsizetype(params.getInstance().size()));
    QList<Listener> all;
    for (auto one : params.getList()) all << fromSchema(instance, one);
    m_line.tell([instance, all](Session& s) { Q_EMIT s.listenersChanged(instance, all); });
    return kj::READY_NOW;
  }
  kj::Promise<void> status(StatusContext context) override {
    m_line.tell([status = fromSchema(context.getParams().getStatus())](Session& s) { Q_EMIT s.statusChanged(status); });
    return kj::READY_NOW;
  }

private:
  Line& m_line;
};

// One question on the screen. Its destruction, for whatever reason, takes it down.
struct Session::Line::World::Shown {
  Shown(World& world, const Request& request) : world(world), id(request.id) {
    key = kj::heapString(id.toStdString().c_str());
    world.m_shown.upsert(kj::heapString(key), this, [this](Shown*& old, Shown*&&) { old = this; });
    world.m_line.tell([request](Session& session) { Q_EMIT session.presented(request); });
  }
  ~Shown() {
    KJ_IF_MAYBE (known, world.m_shown.find(key)) {
      if (*known == this) world.m_shown.erase(key);
    }
    world.m_line.tell([id = id](Session& session) { Q_EMIT session.withdrawn(id); });
  }
  World& world;
  QString id;
  kj::String key;
  kj::PromiseFulfillerPair<Answer> answer = kj::newPromiseAndFulfiller<Answer>();
};

class Session::Line::World::Shower final : public schema::Presenter::Server {
public:
  explicit Shower(World& world) : m_world(world) {}

  kj::Promise<void> present(PresentContext context) override {
    Shown shown(m_world, fromSchema(context.getParams().getRequest()));
    auto answer = co_await shown.answer.promise;
    toSchema(answer, context.getResults().initAnswer());
  }

private:
  World& m_world;
};

void Session::Line::World::answer(const QString& request, const Answer& answer) {
  KJ_IF_MAYBE (shown, m_shown.find(kj::StringPtr(request.toStdString().c_str()))) {
    (*shown)->answer.fulfiller->fulfill(Answer(answer));
  }
}

kj::Promise<void> Session::Line::World::stay() {
  for (;;) {
    kj::Maybe<Door::Opened> opened;
    try {
      opened = co_await m_line.m_door->open(m_io);
    } catch (...) {
      auto exception = kj::getCaughtExceptionAsKj();
      m_line.tellTrouble(exception);
    }
    KJ_IF_MAYBE (door, opened) {
      try {
        co_await serve(kj::mv(*door));
      } catch (...) {
        auto exception = kj::getCaughtExceptionAsKj();
        logWarning("the connection to the broker broke: " + reason(exception));
      }
    }
    m_person = nullptr;
    m_works.clear();
    m_line.tell([](Session& session) { session.setOnline(false); });
    co_await m_io.provider->getTimer().afterDelay(300 * kj::MILLISECONDS);
  }
}

kj::Promise<void> Session::Line::World::serve(Door::Opened opened) {
  auto watch = opened.person.watchRequest();
  watch.setObserver(kj::heap<Watcher>(m_line));
  // Watch first, read then: what changes in between comes twice rather than never.
  auto watching = co_await watch.send();
  co_await readAll(opened.person);
  m_person = opened.person;
  m_line.tell([](Session& session) { session.setOnline(true); });

  schema::Handle::Client presenting = nullptr;
  if (m_line.m_presents == Presents::Questions) {
    auto present = opened.person.presentRequest();
    present.setPresenter(kj::heap<Shower>(*this));
    presenting = (co_await present.send()).getHandle();
  }
  co_await opened.lost;
}

kj::Promise<void> Session::Line::World::readAll(schema::Person::Client person) {
  auto status = person.statusRequest().send();
  auto grants = person.grantsRequest().send();
  auto asking = person.requestsRequest();
  asking.setRecent(true);
  auto requests = asking.send();
  auto instances = person.instancesRequest().send();
  auto settings = person.allSettingsRequest().send();

  auto gotStatus = co_await status;
  auto gotSettings = co_await settings;
  auto gotInstances = co_await instances;
  auto gotGrants = co_await grants;
  auto gotRequests = co_await requests;
  m_line.tell([status = fromSchema(gotStatus.getStatus()), settings = listFromSchema(gotSettings.getList()),
               instances = listFromSchema(gotInstances.getList()), grants = listFromSchema(gotGrants.getList()),
               requests = listFromSchema(gotRequests.getList())](Session& session) {
    Q_EMIT session.statusChanged(status);
    Q_EMIT session.settingsRead(settings);
    Q_EMIT session.instancesRead(instances);
    Q_EMIT session.grantsRead(grants);
    Q_EMIT session.requestsRead(requests);
  });
}

void Session::Line::with(std::function<kj::Promise<void>(schema::Person::Client&)> call) {
  post([this, call = std::move(call)](World& world) {
    KJ_IF_MAYBE (person, world.person()) {
      world.add(call(*person));
    } else {
      auto exception = KJ_EXCEPTION(DISCONNECTED, "Latchkey is reconnecting: try again in a moment");
      tellTrouble(exception);
    }
  });
}

void Session::Line::begin(const QString& name, std::function<kj::Promise<void>(schema::Person::Client)> work) {
  post([name, work = std::move(work)](World& world) { world.begin(name, work); });
}

void Session::Line::callOff(const QString& name) {
  post([name](World& world) { world.callOff(name); });
}

namespace {

kj::Promise<schema::Instance::Client> instanceOf(schema::Person::Client person, QString id) {
  auto request = person.findInstanceRequest();
  request.setId(id.toStdString().c_str());
  auto found = co_await request.send();
  co_return found.getInstance();
}

template <typename Request>
Request withGrants(Request request, const QStringList& grants) {
  auto list = request.initGrants(grants.size());
  for (auto i : kj::indices(list)) list.set(i, grants[qsizetype(i)].toStdString().c_str());
  return request;
}

struct Ends {
  QList<Grant> grants;
  quint32 live = 0;
};

kj::Promise<QString> start(schema::Person::Client person, Launch launch) {
  auto request = person.launchRequest();
  fill(launch, request.initSpec());
  auto started = co_await request.send();
  co_return QString::fromUtf8(started.getId().cStr());
}

kj::Promise<Nothing> stopOne(schema::Person::Client person, QString id) {
  auto instance = co_await instanceOf(person, id);
  co_await instance.stopRequest().send();
  co_return Nothing();
}

kj::Promise<QList<Process>> processesOf(schema::Person::Client person, QString id) {
  auto instance = co_await instanceOf(person, id);
  auto answer = co_await instance.processesRequest().send();
  co_return listFromSchema(answer.getList());
}

kj::Promise<Ends> consequencesOf(schema::Person::Client person, QStringList grants) {
  auto answer = co_await withGrants(person.consequencesRequest(), grants).send();
  co_return Ends{listFromSchema(answer.getEnds()), answer.getLive()};
}

kj::Promise<Session::OpenNow> openOf(schema::Person::Client person, QStringList grants) {
  auto answer = co_await withGrants(person.openFilesRequest(), grants).send();
  co_return Session::OpenNow{listFromSchema(answer.getList()), answer.getMore(), answer.getUnanswered()};
}

kj::Promise<Session::Cut> stopThatFile(schema::Person::Client person, QString grant, QByteArray path) {
  auto request = person.stopFileRequest();
  request.setGrant(grant.toStdString().c_str());
  request.setPath({reinterpret_cast<const kj::byte*>(path.constData()), size_t(path.size())});
  auto answer = co_await request.send();
  co_return answer.getUnanswered() ? Session::Cut::Unconfirmed : Session::Cut::Confirmed;
}

kj::Promise<Session::ConnectedNow> connectedOf(schema::Person::Client person, QString instance) {
  auto request = person.connectionsRequest();
  request.setInstance(instance.toStdString().c_str());
  auto listening = person.listenersRequest().send();
  auto answer = co_await request.send();
  Session::ConnectedNow now{listFromSchema(answer.getList()), {}, answer.getMore(), answer.getUnanswered()};
  now.listeners = listFromSchema((co_await listening).getList());
  co_return now;
}

kj::Promise<Nothing> endThat(schema::Person::Client person, QString instance, quint64 id) {
  auto request = person.endConnectionRequest();
  request.setInstance(instance.toStdString().c_str());
  request.setId(id);
  co_await request.send();
  co_return Nothing();
}

kj::Promise<Nothing> offerThat(schema::Person::Client person, QString holder, QString target, Listener listener) {
  auto request = person.grantRequest();
  request.setHolder(holder.toStdString().c_str());
  request.setKind(schema::Kind::LISTEN);
  request.initObject().setTarget(target.toStdString().c_str());
  request.setAccess(schema::Access::READ);
  request.initLifetime().setRun();
  request.setOrigin(schema::Origin::ADDED);
  request.setInstance(listener.instance.toStdString().c_str());
  request.setListener(listener.id);
  co_await request.send();
  co_return Nothing();
}

// Both would listen on one port, so the former has to go first; it comes back where the other cannot be given.
kj::Promise<Nothing> offerInstead(schema::Person::Client person, QString former, QString holder, QString target,
                                  Listener listener) {
  co_await sent(withGrants(person.revokeRequest(), {former}));
  kj::Maybe<kj::Exception> fault;
  try {
    co_await offerThat(person, holder, target, listener);
  } catch (const kj::Exception& exception) {
    fault = exception;
  }
  KJ_IF_MAYBE (exception, fault) {
    co_await sent(withGrants(person.restoreRequest(), {former}));
    throw kj::Exception(*exception);
  }
  co_return Nothing();
}

struct Revoked {
  QList<Grant> grants;
  Session::Cut cut = Session::Cut::Confirmed;
};

kj::Promise<Revoked> revokeThem(schema::Person::Client person, QStringList grants) {
  auto answer = co_await withGrants(person.revokeRequest(), grants).send();
  co_return Revoked{listFromSchema(answer.getEnded()),
                    answer.getUnanswered() ? Session::Cut::Unconfirmed : Session::Cut::Confirmed};
}

struct Edited {
  QString fault;
  bool unanswered = false;
};

kj::Promise<Edited> editOne(schema::Person::Client person, Rule rule) {
  auto request = person.editRequest();
  request.setGrant(rule.grant.toStdString().c_str());
  toSchema(rule, request.initRule());
  Edited edited;
  try {
    edited.unanswered = (co_await request.send()).getUnanswered();
  } catch (const kj::Exception& exception) {
    edited.fault = QString::fromStdString(reason(exception));
  }
  co_return edited;
}

kj::Promise<Reason> whyOf(schema::Person::Client person, quint64 sequence) {
  auto request = person.whyRequest();
  request.setSequence(sequence);
  auto answer = co_await request.send();
  co_return fromSchema(answer.getReason());
}

kj::Promise<QList<JournalEntry>> journalOf(schema::Person::Client person, JournalFilter filter) {
  auto request = person.journalRequest();
  toSchema(filter, request.initFilter());
  auto answer = co_await request.send();
  co_return listFromSchema(answer.getList());
}

}  // namespace

Session::Session(std::unique_ptr<Door> door, Presents presents, QObject* parent)
    : QObject(parent), m_line(std::make_unique<Line>(*this, std::move(door), presents)) {}

Session::~Session() = default;

void Session::setOnline(bool online) {
  if (m_online == online) return;
  m_online = online;
  Q_EMIT onlineChanged();
}

void Session::answerPresented(const QString& request, const Answer& answer) {
  m_line->post([request, answer](Line::World& world) { world.answer(request, answer); });
}

void Session::answer(const QString& id, const Answer& answer) {
  m_line->ask<Nothing>([id, answer](schema::Person::Client& person) {
    auto request = person.answerRequest();
    request.setRequest(id.toStdString().c_str());
    toSchema(answer, request.initAnswer());
    return sent(kj::mv(request));
  });
}

void Session::forget(const QString& refusal) {
  m_line->ask<Nothing>([refusal](schema::Person::Client& person) {
    auto request = person.forgetRequest();
    request.setRefusal(refusal.toStdString().c_str());
    return sent(kj::mv(request));
  });
}

void Session::launch(const Launch& launch) {
  m_line->ask<QString>([launch](schema::Person::Client& person) { return start(person, launch); },
                       [this](QString& id) { Q_EMIT started(id); });
}

void Session::stop(const QString& instance) {
  m_line->ask<Nothing>([instance](schema::Person::Client& person) { return stopOne(person, instance); });
}

void Session::stopAll() {
  m_line->ask<Nothing>([](schema::Person::Client& person) { return sent(person.stopAllRequest()); });
}

void Session::networkOff(bool off) {
  m_line->ask<Nothing>([off](schema::Person::Client& person) {
    auto request = person.networkOffRequest();
    request.setOff(off);
    return sent(kj::mv(request));
  });
}

void Session::processes(const QString& instance, QObject* context, Then<QList<Process>> then) {
  m_line->ask<QList<Process>>([instance](schema::Person::Client& person) { return processesOf(person, instance); },
                              guarded<QList<Process>>(context, then));
}

void Session::consequences(const QStringList& grants, QObject* context, Then<QList<Grant>, quint32> then) {
  m_line->ask<Ends>([grants](schema::Person::Client& person) { return consequencesOf(person, grants); },
                    guarded<Ends>(context, [then](Ends& ends) { then(ends.grants, ends.live); }));
}

QString Session::Line::reconnecting() { return Session::tr("Latchkey is reconnecting: try again in a moment"); }

void Session::revoke(const QStringList& grants, QObject* context, Then<QList<Grant>, Cut> then) {
  m_line->ask<Revoked>([grants](schema::Person::Client& person) { return revokeThem(person, grants); },
                       guarded<Revoked>(context, [then](Revoked& revoked) { then(revoked.grants, revoked.cut); }));
}

void Session::openFiles(const QStringList& grants, QObject* context, Then<OpenNow> then) {
  m_line->ask<OpenNow>([grants](schema::Person::Client& person) { return openOf(person, grants); },
                       guarded<OpenNow>(context, then));
}

void Session::connections(const QString& instance, QObject* context, Then<ConnectedNow> then) {
  m_line->ask<ConnectedNow>([instance](schema::Person::Client& person) { return connectedOf(person, instance); },
                            guarded<ConnectedNow>(context, then));
}

void Session::endConnection(const QString& instance, quint64 id, QObject* context, Then<> then) {
  m_line->ask<Nothing>([instance, id](schema::Person::Client& person) { return endThat(person, instance, id); },
                       guarded<Nothing>(context, [then](Nothing&) { then(); }));
}

void Session::offer(const QString& holder, const QString& target, const Listener& listener, const QString& instead,
                    QObject* context, Then<> then) {
  m_line->ask<Nothing>(
      [holder, target, listener, instead](schema::Person::Client& person) {
        return instead.isEmpty() ? offerThat(person, holder, target, listener)
                                 : offerInstead(person, instead, holder, target, listener);
      },
      guarded<Nothing>(context, [then](Nothing&) { then(); }));
}

void Session::stopFile(const QString& grant, const QByteArray& path, QObject* context, Then<Cut> then) {
  m_line->ask<Cut>([grant, path](schema::Person::Client& person) { return stopThatFile(person, grant, path); },
                   guarded<Cut>(context, then));
}

void Session::restore(const QStringList& grants) {
  m_line->ask<Nothing>(
      [grants](schema::Person::Client& person) { return sent(withGrants(person.restoreRequest(), grants)); });
}

void Session::suspend(const QStringList& grants) {
  m_line->ask<Nothing>(
      [grants](schema::Person::Client& person) { return sent(withGrants(person.suspendRequest(), grants)); });
}

void Session::resume(const QStringList& grants) {
  m_line->ask<Nothing>(
      [grants](schema::Person::Client& person) { return sent(withGrants(person.resumeRequest(), grants)); });
}

void Session::give(const Rule& rule, QObject* context, Then<QString> then) {
  m_line->ask<QString>([rule](schema::Person::Client& person) { return calls::give(person, rule); },
                       guarded<QString>(context, then));
}

void Session::edit(const Rule& rule, QObject* context, Then<QString, bool> then) {
  m_line->ask<Edited>([rule](schema::Person::Client& person) { return editOne(person, rule); },
                      guarded<Edited>(context, [then](Edited& edited) { then(edited.fault, edited.unanswered); }));
}

void Session::refusals(QObject* context, Then<QList<Grant>> then) {
  m_line->ask<QList<Grant>>([](schema::Person::Client& person) { return calls::refusals(person); },
                            guarded<QList<Grant>>(context, then));
}

void Session::forget(const QString& refusal, QObject* context, Then<QString> then) {
  m_line->ask<QString>([refusal](schema::Person::Client& person) { return calls::forget(person, refusal); },
                       guarded<QString>(context, then));
}

void Session::refuse(const Rule& rule, QObject* context, Then<QString> then) {
  m_line->ask<QString>([rule](schema::Person::Client& person) { return calls::refuse(person, rule); },
                       guarded<QString>(context, then));
}

void Session::exportRules(const QString& home, QObject* context, Then<Export> then) {
  m_line->ask<Export>([home](schema::Person::Client& person) { return calls::exportRules(person, home); },
                      guarded<Export>(context, then));
}

void Session::importRules(const QByteArray& content, const QString& home, Apply apply, QObject* context,
                          Then<Import> then) {
  m_line->ask<Import>(
      [=](schema::Person::Client& person) { return calls::importRules(person, content, home, apply == Apply::Yes); },
      guarded<Import>(context, then));
}

void Session::why(quint64 sequence, QObject* context, Then<Reason> then) {
  m_line->ask<Reason>([sequence](schema::Person::Client& person) { return whyOf(person, sequence); },
                      guarded<Reason>(context, then));
}

void Session::journal(const JournalFilter& filter, QObject* context, Then<QList<JournalEntry>> then) {
  m_line->ask<QList<JournalEntry>>([filter](schema::Person::Client& person) { return journalOf(person, filter); },
                                   guarded<QList<JournalEntry>>(context, then));
}

void Session::setSettings(const Settings& settings) {
  m_line->ask<Nothing>([settings](schema::Person::Client& person) {
    auto request = person.setSettingsRequest();
    toSchema(settings, request.initSettings());
    return sent(kj::mv(request));
  });
}

}  // namespace latchkey::ui
