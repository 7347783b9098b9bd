// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/offer-use.h"

#include "app/ui/sharing-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

constexpr qsizetype LONGEST_NAME = 40;

// A host's name made of a title: what an app would write, "orders" or "db.example.org".
QString hostOf(const QString& title) {
  QString host;
  for (auto c : title.section(u':', 0, 0).toLower()) {
    bool plain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'.';
    if (plain) host += c;
    else if (!host.isEmpty() && !host.endsWith(u'-') && !host.endsWith(u'.')) host += u'-';
    if (host.size() == LONGEST_NAME) break;
  }
  while (host.endsWith(u'-') || host.endsWith(u'.')) host.chop(1);
  while (host.startsWith(u'.')) host.remove(0, 1);
  return host.isEmpty() ? QStringLiteral("service") : host;
}

// What the title says, or what usually speaks there.
QString portOf(const MachineOffer& offer) {
  auto number = offer.title.section(u':', -1).section(u'/', 0, 0);
  bool isNumber = false;
  auto port = offer.title.contains(u':') ? number.toUShort(&isNumber) : 0;
  if (isNumber && port) return QString::number(port);
  static const QHash<QString, int> usual{
      {QStringLiteral("postgresql"), 5432}, {QStringLiteral("mysql"), 3306}, {QStringLiteral("redis"), 6379},
      {QStringLiteral("mongodb"), 27017},   {QStringLiteral("http"), 80},    {QStringLiteral("https"), 443},
      {QStringLiteral("ipp"), 631},         {QStringLiteral("imap"), 143},   {QStringLiteral("smtp"), 25}};
  auto known = usual.value(offer.service);
  return known ? QString::number(known) : QString();
}

}  // namespace

OfferUse::OfferUse(Session& session, SharingLine& line, const OffersModel& offers, const AppsModel& names, Undo& undo,
                   QObject* parent)
    : QObject(parent), m_line(line), m_offers(offers), m_names(names), m_undo(undo), m_session(session) {
  auto instances = [this](const QList<Instance>& list) {
    for (const auto& instance : list) {
      if (instance.state == Terms::InstanceState::Ended) m_instances.remove(instance.id);
      else m_instances.insert(instance.id, instance);
    }
    if (!m_open) return;
    findApps();
    Q_EMIT changed();
  };
  connect(&session, &Session::instancesRead, this, [this, instances](const QList<Instance>& all) {
    m_instances.clear();
    instances(all);
  });
  connect(&session, &Session::instancesChanged, this, instances);
}

void OfferUse::begin(const QString& id) {
  auto* offer = m_offers.find(id);
  if (!offer || !offer->usable()) return;
  ++m_turn;
  m_offer = id;
  m_filter.clear();
  m_holder.clear();
  m_name = hostOf(offer->title);
  m_port = portOf(*offer);
  m_where = ForMe;
  m_lasting = WhileItRuns;
  m_faulty = None;
  m_fault.clear();
  m_asking = false;
  m_open = true;
  findApps();
  // Before it opens: what it opens with has the focus.
  Q_EMIT changed();
  Q_EMIT openChanged();
}

void OfferUse::cancel() {
  ++m_turn;
  m_open = m_asking = false;
  Q_EMIT openChanged();
  Q_EMIT changed();
}

QString OfferUse::machine() const {
  auto* offer = m_offers.find(m_offer);
  return offer ? m_offers.machineName(*offer) : QString();
}

QString OfferUse::title() const {
  auto* offer = m_offers.find(m_offer);
  return offer ? offer->title : QString();
}

bool OfferUse::ofFiles() const {
  auto* offer = m_offers.find(m_offer);
  return offer && offer->ofFiles();
}

QList<Choice> OfferUse::wheres() const {
  return {{ForMe, tr("among my files", "where it is to be found"), {}},
          {ForApp, tr("there, and in an app", "where it is to be found"), {}}};
}

void OfferUse::setWhere(int where) {
  if (where == m_where) return;
  m_where = where;
  touched(TheApp);
}

// The one that was started last.
QString OfferUse::instance() const {
  const Instance* last = nullptr;
  for (const auto& one : m_instances) {
    if (one.holder() == m_holder && (!last || one.started > last->started)) last = &one;
  }
  return last ? last->id : QString();
}

void OfferUse::findApps() {
  auto list = appChoices(m_names, m_instances, m_filter);
  if (list == m_apps) return;
  m_apps = list;
  Q_EMIT appsChanged();
}

void OfferUse::touched(Field field) {
  if (m_faulty == field || m_faulty == TheWhole) {
    m_faulty = None;
    m_fault.clear();
  }
  Q_EMIT changed();
}

void OfferUse::setFilter(const QString& filter) {
  if (filter == m_filter) return;
  m_filter = filter;
  findApps();
  Q_EMIT changed();
}

void OfferUse::setHolder(const QString& holder) {
  if (holder == m_holder) return;
  m_holder = holder;
  touched(TheApp);
}

void OfferUse::setName(const QString& name) {
  if (name == m_name) return;
  m_name = name;
  touched(ThePlace);
}

void OfferUse::setPort(const QString& port) {
  if (port == m_port) return;
  m_port = port;
  touched(ThePlace);
}

void OfferUse::setLasting(int lasting) {
  if (lasting == m_lasting) return;
  m_lasting = lasting;
  touched(TheWhole);
}

QList<Choice> OfferUse::lastings() const {
  QList<Choice> list;
  if (!instance().isEmpty()) list << Choice{WhileItRuns, tr("while it runs now"), {}};
  list << Choice{UntilStopped, tr("until I stop it"), {}};
  return list;
}

QString OfferUse::sentence() const {
  if (m_open && ofFiles()) {
    auto place = tr("It is among your files while %1 is connected: “Show it” leads there.", "a machine")
                     .arg(wording::isolated(machine()));
    if (where() == ForMe) return place + u' ' + tr("No app gets it.");
    if (m_holder.isEmpty()) return place;
    return place + u' ' + tr("%1 has it there, too.", "an app").arg(wording::isolated(m_names.wholeNameOf(m_holder)));
  }
  auto name = m_name.trimmed(), port = m_port.trimmed();
  if (!m_open || m_holder.isEmpty() || name.isEmpty() || port.isEmpty()) return {};
  return tr("%1 finds it at %2 and at localhost, port %3.", "an app, a name, a number")
      .arg(wording::isolated(m_names.wholeNameOf(m_holder)), wording::isolated(name), wording::isolated(port));
}

void OfferUse::wrong(Field field, const QString& fault) {
  m_faulty = field;
  m_fault = fault;
  Q_EMIT changed();
}

// The broker says one line about the whole.
OfferUse::Field OfferUse::fieldOf(const QString& fault) const {
  if (fault.contains(QStringLiteral(" is no place for it"))) return ThePlace;
  for (const auto* about : {"the app does not run", "that is another app", "is another machine"}) {
    if (fault.contains(QLatin1String(about))) return TheApp;
  }
  return TheWhole;
}

void OfferUse::use() {
  if (!m_open || m_asking) return;
  auto name = m_name.trimmed(), port = m_port.trimmed();
  bool forApp = where() == ForApp;
  if (forApp && m_holder.isEmpty()) return wrong(TheApp, tr("Choose an app."));
  if (!ofFiles() && (name.isEmpty() || port.isEmpty()))
    return wrong(ThePlace, tr("Write a name and a port, such as db and 5432."));
  m_asking = true;
  m_faulty = None;
  m_fault.clear();
  Q_EMIT changed();
  auto turn = ++m_turn;
  SharingLine::Use use{m_offer, forApp ? m_holder : QString(), ofFiles() ? QString() : name + u':' + port, {}};
  if (forApp && lasting() == WhileItRuns) use.instance = instance();
  auto what = wording::offerTitle(title()), whose = wording::isolated(machine());
  auto done = forApp ? tr("%1 may use %2 of %3", "an app, a thing, a machine")
                           .arg(wording::isolated(m_names.wholeNameOf(m_holder)), what, whose)
                     : tr("%1 of %2 is among your files", "a thing, a machine").arg(what, whose);
  m_line.accept(use, this, [this, turn, done](const QString& fault, const QString& grant) {
    bool here = turn == m_turn;  // Else the sheet was closed meanwhile.
    if (here) m_asking = false;
    if (!fault.isEmpty()) {
      if (here) wrong(fieldOf(fault), fault);
      else m_undo.did(fault);
      return;
    }
    if (here) cancel();
    m_undo.did(done, [this, grant] { m_session.revoke({grant}, this, [](const QList<Grant>&, Session::Cut) {}); });
  });
}

}  // namespace latchkey::ui
