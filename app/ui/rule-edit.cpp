// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/rule-edit.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QPointer>
#include <QThreadPool>

#include <algorithm>
#include <array>

#include "app/rules/preview.h"
#include "app/ui/network-words.h"
#include "app/ui/wording.h"
#include "broker/base/text.h"

namespace latchkey::ui {
namespace {

constexpr int PAUSE = 250;  // After the last key, before the folder is looked at.
constexpr std::array SCOPES = {Terms::Scope::File, Terms::Scope::Siblings, Terms::Scope::Pattern, Terms::Scope::Folder,
                               Terms::Scope::Tree};

constexpr double MILLION = 1e6;
constexpr double MOST_MILLIONS = 1e9;
// By RuleEdit::Reach.
const std::array PRESETS = {QStringLiteral("internet"), QStringLiteral("local-network"), QStringLiteral("everything")};

QString amountText(quint64 bytes) {
  return bytes == 0 ? QString() : QLocale().toString(double(bytes) / MILLION, 'g', QLocale::FloatingPointShortest);
}

bool isFolder(Terms::Scope scope) { return scope == Terms::Scope::Folder || scope == Terms::Scope::Tree; }

// A disk that does not answer keeps a thread of these, never more than two, and never the window's.
QThreadPool& lookers() {
  static auto* pool = [] {
    auto* made = new QThreadPool;  // Never destroyed: a thread may be stuck in it.
    made->setMaxThreadCount(2);
    return made;
  }();
  return *pool;
}

QString previewText(const Preview& preview) {
  if (!preview.there) return RuleEdit::tr("There is no such folder.");
  if (preview.total == 0) return RuleEdit::tr("Nothing matches now.");
  QStringList names;
  for (const auto& name : preview.names) names << wording::isolated(QString::fromStdString(brief(name, 60)));
  auto total = int(std::min<size_t>(preview.total, 1'000'000'000));
  auto count = preview.more ? RuleEdit::tr("At least %Ln file(s) match now:", nullptr, total)
                            : RuleEdit::tr("%Ln file(s) match now:", nullptr, total);
  auto list = names.join(QStringLiteral(", "));
  return count + u' ' + (preview.total > preview.names.size() ? RuleEdit::tr("%1 and more").arg(list) : list);
}

}  // namespace

RuleEdit::RuleEdit(Session& session, const GrantsModel& grants, Undo& undo, QString home, QObject* parent)
    : QObject(parent), m_session(session), m_grants(grants), m_undo(undo), m_home(std::move(home)) {
  m_looking.setSingleShot(true);
  m_looking.setInterval(PAUSE);
  connect(&m_looking, &QTimer::timeout, this, &RuleEdit::look);
}

bool RuleEdit::canChange(const QString& id) const {
  auto* grant = m_grants.find(id);
  return grant && grant->isChangeable();
}

void RuleEdit::begin(const QString& id) {
  if (canChange(id)) beginWith(*m_grants.find(id));
}

void RuleEdit::make(const QString& holder) {
  Grant grant;
  grant.holder = holder;
  grant.kind = Terms::Kind::Network;
  grant.object.target = PRESETS[Internet];
  grant.lifetime = {Terms::Lasting::Always, 0};
  beginWith(grant);
}

void RuleEdit::beginWith(const Grant& grant) {
  m_before = grant;
  m_holder = m_before.holder;
  auto whole = QString::fromUtf8(m_before.object.path);
  m_place = whole == m_home || whole.startsWith(m_home + u'/') ? u'~' + whole.mid(m_home.size()) : whole;
  m_reach = OnePlace;
  if (network()) {
    auto preset = std::ranges::find(PRESETS, m_before.object.target);
    if (preset != PRESETS.end()) m_reach = int(preset - PRESETS.begin());
    m_place = m_reach == OnePlace ? m_before.object.target : QString();
  }
  m_amounts = {amountText(m_before.bytesPerSecond), amountText(m_before.bytesPerDay), amountText(m_before.bytesInAll)};
  m_scope = m_before.object.scope;
  m_access = m_before.access;
  m_lasting = AsItWas;
  m_keep = m_before.keep;
  m_saving = false;
  m_open = true;
  m_preview.clear();
  Q_EMIT openChanged();
  touched();
}

QString RuleEdit::target() const { return placed() ? m_place.trimmed() : PRESETS[size_t(m_reach)]; }

std::optional<quint64> RuleEdit::amountOf(size_t which) const {
  const std::array before = {m_before.bytesPerSecond, m_before.bytesPerDay, m_before.bytesInAll};
  auto text = m_amounts[which].trimmed();
  if (text == amountText(before[which])) return before[which];
  if (text.isEmpty()) return 0;
  bool plain = false;
  auto millions = QLocale().toDouble(text, &plain);
  if (!plain) millions = QLocale::c().toDouble(text, &plain);
  if (!plain || !(millions >= 1 / MILLION) || millions > MOST_MILLIONS) return std::nullopt;
  return quint64(millions * MILLION + 0.5);
}

Grant RuleEdit::draft() const {
  Grant draft = m_before;
  if (network()) {
    draft.object.target = target();
    draft.bytesPerSecond = amountOf(0).value_or(0);
    draft.bytesPerDay = amountOf(1).value_or(0);
    draft.bytesInAll = amountOf(2).value_or(0);
    draft.resting = false;
  } else {
    draft.object.path = wholePlace().toUtf8();
    draft.object.scope = m_scope;
  }
  draft.access = m_access;
  draft.lifetime = lifetime();
  draft.keep = keep();
  return draft;
}

QString RuleEdit::wholePlace() const {
  auto place = m_place.trimmed();
  if (place == u"~" || place.startsWith(u"~/")) place = m_home + place.mid(1);
  while (place.size() > 1 && place.endsWith(u'/')) place.chop(1);
  return place;
}

Lifetime RuleEdit::lifetime() const {
  auto in = [](qint64 hours) {
    return Lifetime{Terms::Lasting::Until, (QDateTime::currentMSecsSinceEpoch() + hours * 3'600'000) * 1'000'000};
  };
  switch (m_lasting) {
    case EightHours: return in(8);
    case SevenDays: return in(7 * 24);
    case Always: return {Terms::Lasting::Always, 0};
    default: return m_before.lifetime;
  }
}

QString RuleEdit::sentence() const {
  if (!m_open || m_holder.isEmpty() || (network() && target().isEmpty())) return {};
  auto who = m_holder == m_before.holder && !making() ? m_grants.who(m_before) : m_holder;
  return wording::rule(draft(), who);
}

// A running app has the folder either as it is or through Latchkey, and cannot have it exchanged under what it holds
// open.
QString RuleEdit::speed() const {
  if (!m_open || network() || !isFolder(m_before.object.scope)) return {};
  bool same = m_scope == m_before.object.scope && wholePlace().toUtf8() == m_before.object.path;
  bool stays = same && lifetime().lasting != Terms::Lasting::Once;
  if (m_before.fast && stays) return tr("It is at full speed, and stays so.");
  if (m_before.fast) return tr("It is at full speed now. Saved, it no longer is: that is chosen for one folder.");
  return tr("Full speed is chosen only when it is given: stop this, and choose it when the app asks again.");
}

QList<Choice> RuleEdit::scopes() const {
  QList<Choice> choices;
  for (auto scope : SCOPES) choices << Choice{int(scope), wording::scope(scope, true), {}};
  return choices;
}

QList<Choice> RuleEdit::reaches() const {
  if (m_before.kind != Terms::Kind::Network) return {};
  QList<Choice> choices;
  for (size_t i = 0; i < PRESETS.size(); ++i) {
    auto more = wording::destinationDetail(PRESETS[i]);
    auto what = wording::destination(PRESETS[i]);
    choices << Choice{
        int(i), more.isEmpty() ? what : tr("%1, %2", "what may be reached, and what not").arg(what, more), {}};
  }
  choices << Choice{OnePlace, tr("one place"), {}};
  return choices;
}

QList<Choice> RuleEdit::accesses() const {
  return {{int(Terms::Access::Read), wording::access(Terms::Kind::File, Terms::Access::Read), {}},
          {int(Terms::Access::Write), wording::access(Terms::Kind::File, Terms::Access::Write), {}}};
}

QList<Choice> RuleEdit::lastings() const {
  QList<Choice> choices{{AsItWas, wording::lifetime(m_before.lifetime), {}},
                        {EightHours, tr("for 8 hours"), {}},
                        {SevenDays, tr("for 7 days"), {}}};
  if (m_before.lifetime.lasting != Terms::Lasting::Always) choices << Choice{Always, tr("always"), {}};
  return choices;
}

void RuleEdit::touched() {
  m_fault.clear();
  Q_EMIT changed();
  bool names = !network() && (m_scope == Terms::Scope::Pattern || m_scope == Terms::Scope::Siblings);
  if (names && m_open) return m_looking.start();
  m_looking.stop();
  ++m_look;
  m_preview.clear();
  Q_EMIT previewChanged();
}

void RuleEdit::look() {
  auto turn = ++m_look;
  auto path = wholePlace().toStdString();
  auto shape = m_scope == Terms::Scope::Pattern ? Shape::Pattern : Shape::Siblings;
  if (m_isLooking) return m_looking.start();
  m_isLooking = true;
  lookers().start([self = QPointer<RuleEdit>(this), turn, path, shape] {
    bool possible = path.starts_with('/');
    auto preview = possible ? previewOf(Where{shape, path}, {.names = 6}) : Preview{.names = {}, .there = false};
    QMetaObject::invokeMethod(qApp, [self, turn, preview = std::move(preview)] {
      if (!self) return;
      self->m_isLooking = false;
      if (turn != self->m_look) return;
      self->m_preview = previewText(preview);
      Q_EMIT self->previewChanged();
    });
  });
}

void RuleEdit::setHolder(const QString& holder) {
  if (holder == m_holder) return;
  m_holder = holder;
  touched();
}

void RuleEdit::setPlace(const QString& place) {
  if (place == m_place) return;
  m_place = place;
  touched();
}

void RuleEdit::setScope(int scope) {
  if (scope == int(m_scope)) return;
  auto last = m_place.section(u'/', -1);
  bool hadPattern = m_scope == Terms::Scope::Pattern;
  m_scope = Terms::Scope(scope);
  // The place goes along: of a file its folder, of a folder or file all that is like it.
  if (m_scope == Terms::Scope::Pattern && !hadPattern) {
    bool folder = isFolder(m_before.object.scope) && m_place == last + QString();
    auto dot = last.lastIndexOf(u'.');
    auto pattern = dot > 0 ? u'*' + last.mid(dot) : QStringLiteral("*");
    bool file = !isFolder(m_before.object.scope) && !folder;
    m_place = file ? m_place.left(m_place.size() - last.size()) + pattern : m_place + QStringLiteral("/*");
  } else if (isFolder(m_scope) && (hadPattern || !isFolder(m_before.object.scope)) && m_place.contains(u'/')) {
    bool still = hadPattern || m_place.endsWith(QString::fromUtf8(m_before.object.path).section(u'/', -1));
    if (still) m_place = m_place.section(u'/', 0, -2);
  }
  touched();
}

void RuleEdit::setReach(int reach) {
  if (reach == m_reach || reach < Internet || reach > OnePlace) return;
  m_reach = reach;
  touched();
}

void RuleEdit::setAmount(size_t which, const QString& amount) {
  if (amount == m_amounts[which]) return;
  m_amounts[which] = amount;
  touched();
}

void RuleEdit::setAccess(int access) {
  if (access == int(m_access)) return;
  m_access = Terms::Access(access);
  touched();
}

void RuleEdit::setLasting(int lasting) {
  if (lasting == m_lasting) return;
  m_lasting = lasting;
  touched();
}

void RuleEdit::setKeep(bool keep) {
  if (keep == m_keep) return;
  m_keep = keep;
  touched();
}

void RuleEdit::save() {
  if (m_saving || !m_open) return;
  Rule rule{.grant = m_before.id,
            .holder = m_holder.trimmed(),
            .path = wholePlace().toUtf8(),
            .scope = m_scope,
            .access = m_access,
            .lifetime = lifetime(),
            .keep = keep()};
  auto failed = [this](const QString& line) {
    m_fault = line;
    Q_EMIT changed();
  };
  if (network()) {
    for (size_t which = 0; which < m_amounts.size(); ++which) {
      if (!amountOf(which))
        return failed(tr("“%1” is no amount: write a number such as 500 or 0.5").arg(m_amounts[which]));
    }
    auto wanted = draft();
    rule.kind = wanted.kind;
    rule.target = wanted.object.target;
    rule.bytesPerSecond = wanted.bytesPerSecond;
    rule.bytesPerDay = wanted.bytesPerDay;
    rule.bytesInAll = wanted.bytesInAll;
  }
  if (!m_session.online()) return failed(tr("Latchkey is reconnecting: try again in a moment"));
  m_saving = true;
  Q_EMIT changed();
  if (making()) return m_session.give(rule, this, [this](const QString& fault) { saved(fault, tr("Given")); });
  m_session.edit(rule, this, [this](const QString& fault, bool unanswered) {
    saved(fault, unanswered ? tr("Changed. What is open may not be cut yet.") : tr("Changed"));
  });
}

void RuleEdit::saved(const QString& fault, const QString& done) {
  m_saving = false;
  m_fault = fault;
  Q_EMIT changed();
  if (!fault.isEmpty()) return;
  m_undo.did(done);
  cancel();
}

void RuleEdit::cancel() {
  m_open = false;
  m_looking.stop();
  ++m_look;
  Q_EMIT openChanged();
}

}  // namespace latchkey::ui
