// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/share-draft.h"

#include <QDateTime>
#include <QDir>

#include <algorithm>

#include "app/ui/alphabet.h"
#include "app/ui/network-words.h"
#include "app/ui/sharing-words.h"
#include "app/ui/wording.h"
#include "broker/base/files.h"

namespace latchkey::ui {
namespace {

// Of what was typed; empty: it is none.
QString wholePath(QString path) {
  if (path.startsWith(QStringLiteral("~/"))) path = QDir::homePath() + path.mid(1);
  return path.startsWith(u'/') ? QDir::cleanPath(path) : QString();
}

Chosen heldAt(const QString& path) {
  if (path.isEmpty()) return {};
  kj::Maybe<Resolved> found;
  auto gone = kj::runCatchingExceptions([&] { found = tryResolve(path.toLocal8Bit().toStdString()); });
  KJ_IF_MAYBE (thing, found)
    return {QByteArray::fromStdString(thing->path), std::make_shared<HeldFile>(thing->fd.release())};
  return {};
}

}  // namespace

ShareDraft::ShareDraft(Session& session, SharingLine& line, const MachinesModel& machines, const OffersModel& offers,
                       const AppsModel& names, Undo& undo, QObject* parent)
    : QObject(parent),
      m_line(line),
      m_machines(machines),
      m_offers(offers),
      m_names(names),
      m_undo(undo),
      m_session(session) {
  auto instances = [this](const QList<Instance>& list) {
    for (const auto& instance : list) {
      if (instance.state == Terms::InstanceState::Ended) m_instances.remove(instance.id);
      else m_instances.insert(instance.id, instance);
    }
  };
  connect(&session, &Session::instancesRead, this, [this, instances](const QList<Instance>& all) {
    m_instances.clear();
    instances(all);
  });
  connect(&session, &Session::instancesChanged, this, instances);
}

void ShareDraft::start(const QString& machine) {
  auto offered = m_offers.find(m_offer);
  QList<Machine> list;
  for (const auto& one : m_machines.all()) {
    // It is not offered to where it came from.
    if (!one.blocked && !(offered && offered->machine == one.id)) list << one;
  }
  std::ranges::sort(list, [collator = alphabet()](auto& a, auto& b) {
    int order = collator.compare(a.petname, b.petname);
    return order ? order < 0 : a.id < b.id;
  });
  m_ids.clear();
  for (const auto& one : list) m_ids << one.id;
  m_machine = m_ids.contains(machine) ? machine : m_ids.value(0);
  m_what = OfApp;
  m_service = -1;
  m_services.clear();
  m_port.clear();
  m_host.clear();
  m_filter.clear();
  m_app.clear();
  m_path.clear();
  m_held = {};
  m_access = OnlyRead;
  m_name.clear();
  m_uses.clear();
  m_bytes.clear();
  m_lasting = EightHours;
  m_mayPassOn = m_sharing = false;
  m_faulty = None;
  m_fault.clear();
  m_open = true;
  look();
  Q_EMIT openChanged();
  Q_EMIT changed();
}

void ShareDraft::begin(const QString& machine) {
  m_offer.clear();
  m_wanted.reset();
  start(machine);
}

void ShareDraft::beginWith(const QString& holder, int port) {
  m_offer.clear();
  m_wanted = Service{holder, quint16(port), {}};
  start({});
}

void ShareDraft::pass(const QString& offer) {
  auto* found = m_offers.find(offer);
  if (!found || found->grant.isEmpty() || !found->mayPassOn) return;
  m_offer = offer;
  m_wanted.reset();
  start({});
}

ShareDraft* ShareDraft::answerTo(Question& question) const {
  auto* draft = new ShareDraft(m_session, m_line, m_machines, m_offers, m_names, m_undo, &question);
  draft->m_instances = m_instances;
  draft->startAnswer(question);
  return draft;
}

// As asked, but for no longer than is usual, and to look at only.
void ShareDraft::startAnswer(Question& question) {
  constexpr quint64 AN_HOUR = 3600;
  m_question = &question;
  const auto& request = question.request();
  start(request.app.section(u':', 1));
  m_machine = request.app.section(u':', 1);
  m_ids = {m_machine};
  switch (request.kind) {
    case Terms::Kind::File: m_what = OfFile; break;
    case Terms::Kind::Folder: m_what = OfFolder; break;
    case Terms::Kind::Network: m_what = OfNetwork; break;
    default: m_what = OfApp; break;
  }
  auto seconds = request.wish ? request.wish->seconds : 0;
  m_lasting = seconds > 0 && seconds <= AN_HOUR ? AnHour : EightHours;
  Q_EMIT openChanged();
  Q_EMIT changed();
}

void ShareDraft::look() {
  auto turn = ++m_turn;
  m_looking = true;
  m_line.listeners(this, [this, turn](const QList<Listener>& listeners) {
    if (turn != m_turn) return;
    m_looking = false;
    for (const auto& listener : listeners) {
      auto instance = m_instances.constFind(listener.instance);
      if (listener.udp || instance == m_instances.cend()) continue;
      Service service{instance->holder(), listener.port, listener.program};
      auto same = [&](const Service& one) { return one.holder == service.holder && one.port == service.port; };
      if (std::ranges::none_of(m_services, same)) m_services << service;
    }
    std::ranges::sort(m_services, [this, collator = alphabet()](auto& a, auto& b) {
      int order = collator.compare(m_names.wholeNameOf(a.holder), m_names.wholeNameOf(b.holder));
      return order ? order < 0 : a.port < b.port;
    });
    for (qsizetype i = 0; i < m_services.size(); ++i) {
      if (m_wanted && m_wanted->holder == m_services[i].holder && m_wanted->port == m_services[i].port)
        m_service = int(i);
    }
    // One alone needs no choosing.
    if (!m_wanted && m_services.size() == 1) m_service = 0;
    Q_EMIT servicesChanged();
    Q_EMIT changed();
  });
  Q_EMIT servicesChanged();
}

void ShareDraft::cancel() {
  ++m_turn;
  m_open = m_sharing = false;
  Q_EMIT openChanged();
  Q_EMIT changed();
}

// What is changed is not wrong any more.
template <typename Value>
void ShareDraft::set(Value& member, const Value& value, Field field) {
  if (member == value) return;
  member = value;
  if (m_faulty == field || m_faulty == TheWhole) {
    m_faulty = None;
    m_fault.clear();
  }
  Q_EMIT changed();
}

void ShareDraft::setMachine(int index) { set(m_machine, m_ids.value(index), TheMachine); }
void ShareDraft::setWhat(int what) { set(m_what, what, TheThing); }
void ShareDraft::setService(int service) { set(m_service, service, TheThing); }
void ShareDraft::setPort(const QString& port) { set(m_port, port, TheThing); }
void ShareDraft::setHost(const QString& host) { set(m_host, host, TheThing); }
void ShareDraft::setFilter(const QString& filter) { set(m_filter, filter, None); }
void ShareDraft::setApp(const QString& holder) { set(m_app, holder, TheThing); }
void ShareDraft::setPath(const QString& path) {
  m_held = m_question ? heldAt(wholePath(path)) : Chosen{};
  if (path != m_path) set(m_path, path, TheThing);
  else Q_EMIT changed();
}
void ShareDraft::setAccess(int access) { set(m_access, access, TheWhole); }
void ShareDraft::setName(const QString& name) { set(m_name, name, TheName); }
void ShareDraft::setLasting(int lasting) { set(m_lasting, lasting, TheWhole); }
void ShareDraft::setUses(const QString& uses) { set(m_uses, uses, TheUses); }
void ShareDraft::setBytes(const QString& bytes) { set(m_bytes, bytes, TheBytes); }
void ShareDraft::setMayPassOn(bool may) { set(m_mayPassOn, may, TheWhole); }

void ShareDraft::take(const QUrl& chosen) {
  if (chosen.isLocalFile()) setPath(chosen.toLocalFile());
}

// Whose name it is that is told: files that go on keep theirs, too.
bool ShareDraft::nameable() const {
  if (!passing()) return m_what == OfApp || m_what == OfComputer || m_what == OfStart;
  auto* offer = m_offers.find(m_offer);
  return offer && !offer->ofFiles() && !offer->ofApp();
}

QString ShareDraft::passed() const {
  auto* offer = m_offers.find(m_offer);
  if (!offer) return {};
  return tr("%1 of %2", "a thing, the machine that offers it")
      .arg(wording::offerTitle(offer->title), wording::isolated(m_offers.machineName(*offer)));
}

QStringList ShareDraft::machines() const {
  QStringList names;
  for (const auto& id : m_ids) {
    auto* machine = m_machines.find(id);
    names << (machine ? machine->petname : id.left(8));
  }
  return names;
}

QList<Choice> ShareDraft::whats() const {
  if (m_question) {
    if (kind() != Terms::Kind::Service) return {};
    return {{OfApp, tr("something that an app offers"), {}},
            {OfComputer, tr("something that this computer offers outside of Latchkey"), {}}};
  }
  return {{OfApp, tr("something that an app offers"), {}},
          {OfComputer, tr("something that this computer offers outside of Latchkey"), {}},
          {OfNetwork, tr("another computer that this one can reach"), {}},
          {OfFolder, tr("a folder"), {}},
          {OfFile, tr("a file"), {}},
          {OfStart, tr("an app, to start and stop it"), {}}};
}

// Those that have an id to be started by.
QList<AppChoice> ShareDraft::apps() const {
  if (!m_open || m_what != OfStart) return {};
  auto list = appChoices(m_names, m_instances, m_filter);
  list.removeIf([this](const AppChoice& app) { return !m_names.known().contains(app.holder.section(u'@', 0, 0)); });
  return list;
}

QList<Choice> ShareDraft::services() const {
  QList<Choice> list;
  for (qsizetype i = 0; i < m_services.size(); ++i) {
    const auto& service = m_services[i];
    auto name = wording::isolated(m_names.wholeNameOf(service.holder));
    auto text = tr("%1, port %2", "an app, a number").arg(name, QString::number(service.port));
    list << Choice{int(i), text, {}};
  }
  return list;
}

// No more than was asked for.
QList<Choice> ShareDraft::accesses() const {
  QList<Choice> list{{OnlyRead, tr("only read", "what a machine may do with files"), {}}};
  if (!m_question || m_question->request().access == Terms::Access::Write)
    list << Choice{AlsoChange, tr("read and change", "what a machine may do with files"), {}};
  return list;
}

QList<Choice> ShareDraft::lastings() const {
  return {{AnHour, tr("for an hour"), {}},
          {EightHours, tr("for 8 hours"), {}},
          {SevenDays, tr("for 7 days"), {}},
          {UntilStopped, tr("until I stop it"), {}}};
}

Lifetime ShareDraft::lifetime() const {
  static constexpr int HOURS[] = {1, 8, 7 * 24};
  if (m_lasting < AnHour || m_lasting > SevenDays) return {Terms::Lasting::Always, 0};
  auto until = QDateTime::currentMSecsSinceEpoch() + HOURS[m_lasting] * 3'600'000LL;
  return {Terms::Lasting::Until, until * 1'000'000};
}

// As the broker wants it; empty: nothing was chosen yet.
QString ShareDraft::target() const {
  switch (m_what) {
    case OfApp: {
      auto service = m_services.value(m_service);
      return service.port ? QStringLiteral("%1:%2").arg(service.holder).arg(service.port) : QString();
    }
    case OfComputer: return m_port.trimmed().isEmpty() ? QString() : QStringLiteral("@computer:") + m_port.trimmed();
    case OfFolder:
    case OfFile: return m_question ? QString::fromLocal8Bit(m_held.path) : wholePath(m_path);
    case OfStart: return m_app;
    default: return m_host.trimmed();
  }
}

// In words, inside a sentence.
QString ShareDraft::thing() const {
  if (passing()) return passed();
  auto port = [](const QString& number, const QString& of) {
    return tr("port %1 of %2", "a number, whose").arg(wording::isolated(number), of);
  };
  switch (m_what) {
    case OfApp: {
      auto service = m_services.value(m_service);
      auto name = wording::isolated(m_names.wholeNameOf(service.holder));
      return service.port ? port(QString::number(service.port), name) : QString();
    }
    case OfComputer: return target().isEmpty() ? QString() : port(m_port.trimmed(), tr("this computer"));
    case OfFolder:
    case OfFile: {
      // Where a link led is said whole.
      bool elsewhere = m_question && target() != wholePath(m_path);
      auto name = elsewhere ? target() : target().section(u'/', -1);
      if (name.isEmpty()) return {};
      name = wording::offerTitle(name);
      return m_what == OfFolder ? tr("the folder %1 and all that is in it", "a name").arg(name)
                                : tr("the file %1", "a name").arg(name);
    }
    case OfStart: return m_app.isEmpty() ? QString() : wording::isolated(m_names.wholeNameOf(m_app));
    default: return target().isEmpty() ? QString() : wording::isolated(target());
  }
}

QString ShareDraft::ownName() const {
  if (passing()) {
    auto* offer = m_offers.find(m_offer);
    return offer ? offer->title : QString();
  }
  return m_what == OfStart && !m_app.isEmpty() ? m_names.wholeNameOf(m_app) : target();
}

QString ShareDraft::sentence() const {
  auto* machine = m_machines.find(m_machine);
  auto what = thing();
  if (!m_open || !machine || what.isEmpty()) return {};
  ShareOrder order;
  order.kind = kind();
  order.access = allowed();
  order.lifetime = lifetime();
  order.uses = wording::countFrom(m_uses).value_or(0);
  order.bytes = ofBytes() ? wording::sizeFrom(m_bytes).value_or(0) : 0;
  order.mayPassOn = m_mayPassOn;
  return wording::shareSentence(machine->petname, what, order);
}

Terms::Kind ShareDraft::kind() const {
  auto* offer = m_offers.find(m_offer);
  if (passing() && offer && (offer->ofFiles() || offer->ofApp())) return offer->kind;
  if (passing()) return Terms::Kind::Service;
  switch (m_what) {
    case OfNetwork: return Terms::Kind::Network;
    case OfFolder: return Terms::Kind::Folder;
    case OfFile: return Terms::Kind::File;
    case OfStart: return Terms::Kind::App;
    default: return Terms::Kind::Service;
  }
}

// What goes on goes on as it was offered.
Terms::Access ShareDraft::allowed() const {
  auto* offer = m_offers.find(m_offer);
  if (passing()) return offer ? offer->access : Terms::Access::Read;
  return ofFiles() && m_access == AlsoChange ? Terms::Access::Write : Terms::Access::Read;
}

bool ShareDraft::wrong(Field field, const QString& fault) {
  m_faulty = field;
  m_fault = fault;
  Q_EMIT changed();
  return false;
}

bool ShareDraft::fill(ShareOrder& order) {
  if (m_machine.isEmpty()) return wrong(TheMachine, tr("There is no machine that it could be shared with."));
  order.machine = m_machine;
  if (passing()) {
    auto* offer = m_offers.find(m_offer);
    if (!offer || offer->grant.isEmpty()) return wrong(TheWhole, tr("It is over."));
    order.parent = offer->grant;
  } else if (target().isEmpty()) {
    return wrong(TheThing, m_what == OfApp        ? tr("Choose what is to be shared.")
                           : m_what == OfStart    ? tr("Choose an app.")
                           : m_what == OfComputer ? tr("Write the port, such as 5432.")
                           : m_what == OfFolder   ? tr("Choose the folder, or write where it is.")
                           : m_what == OfFile     ? tr("Choose the file, or write where it is.")
                                                  : tr("Write a name and a port, such as db.example.org:5432."));
  }
  order.kind = kind();
  order.access = allowed();
  if (!passing()) order.target = target();
  if (m_question && ofFiles()) order.object = m_held.object;
  if (nameable()) order.name = m_name.simplified();
  // Its id is nobody's word for it.
  if (m_what == OfStart && nameable() && order.name.isEmpty() && ownName() != order.target) order.name = ownName();
  order.lifetime = lifetime();
  if (!m_uses.trimmed().isEmpty()) {
    auto uses = wording::countFrom(m_uses);
    if (!uses) return wrong(TheUses, tr("Write a number, such as 10, or nothing."));
    order.uses = *uses;
  }
  if (ofBytes() && !m_bytes.trimmed().isEmpty()) {
    auto bytes = wording::sizeFrom(m_bytes);
    if (!bytes) return wrong(TheBytes, tr("Write a size, such as 500 MB, or nothing."));
    order.bytes = *bytes;
  }
  order.mayPassOn = m_mayPassOn;
  return true;
}

// The broker says one line about the whole. What it names is what is wrong.
ShareDraft::Field ShareDraft::fieldOf(const QString& fault) const {
  auto* machine = m_machines.find(m_machine);
  if (fault == u"there is no such machine" || (machine && fault == machine->petname + QStringLiteral(" is blocked")))
    return TheMachine;
  if (fault.contains(QStringLiteral(" name to share it by")) || fault.startsWith(QStringLiteral("its name is longer")))
    return nameable() && !m_name.trimmed().isEmpty() ? TheName : TheThing;
  // Of files it is nearly always which.
  if (ofFiles()) return TheThing;
  for (const auto* about :
       {"is nothing to share", "one host and port can be shared", " is no destination: ", " is no installed app"}) {
    if (fault.contains(QLatin1String(about))) return passing() ? TheWhole : TheThing;
  }
  return TheWhole;
}

void ShareDraft::share() {
  ShareOrder order;
  bool counts = !m_question || (m_question->armed() && !m_question->answeredAlready());
  if (!m_open || m_sharing || !counts || !fill(order)) return;
  m_sharing = true;
  m_faulty = None;
  m_fault.clear();
  Q_EMIT changed();
  auto turn = ++m_turn;
  auto* machine = m_machines.find(m_machine);
  auto name = wording::isolated(machine ? machine->petname : QString());
  auto line = m_question ? tr("%1 may be used by %2", "a thing, a machine").arg(thing(), name)
                         : tr("%1 is offered to %2", "a thing, a machine").arg(thing(), name);
  // The window that answers goes as soon as the question does, and this with it.
  auto then = [there = QPointer(this), &undo = m_undo, &session = m_session, turn, line](const QString& fault,
                                                                                         const QString& grant) {
    if (there) there->answered(fault, turn);
    else if (!fault.isEmpty()) undo.did(fault);
    if (!fault.isEmpty()) return;
    undo.did(line, [&session, grant] { session.revoke({grant}, &session, [](const QList<Grant>&, Session::Cut) {}); });
  };
  if (m_question) m_line.answer(m_question->id(), order, &m_undo, then);
  else m_line.share(order, &m_undo, then);
}

void ShareDraft::answered(const QString& fault, quint64 turn) {
  bool here = turn == m_turn;  // Else the sheet was closed meanwhile.
  if (here) m_sharing = false;
  if (fault.isEmpty() && here) cancel();
  else if (here) wrong(fieldOf(fault), fault);
  else if (!fault.isEmpty()) m_undo.did(fault);
}

}  // namespace latchkey::ui
