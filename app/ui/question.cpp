// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/question.h"

#include <QDateTime>
#include <QLocale>
#include <QMimeDatabase>

#include "app/ui/machine-words.h"
#include "app/ui/network-words.h"
#include "app/ui/rights.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

// The verb of a segment, not a sentence: "look" / "look and change".
QString accessWord(const Request& request, Terms::Access access) {
  if (request.kind != Terms::Kind::File && request.kind != Terms::Kind::Folder) return {};
  return access == Terms::Access::Write ? Question::tr("look and change") : Question::tr("look");
}

Terms::Scope narrowest(const Request& request) {
  return request.scopes.isEmpty() ? request.object.scope : request.scopes.first();
}

Terms::Lasting longest(const Request& request) {
  auto* right = request.kind == Terms::Kind::Desktop ? findRight(request.object.target) : nullptr;
  return right && right->longest == Right::Longest::Run ? Terms::Lasting::Run : Terms::Lasting::Always;
}

QDateTime timeOf(Question::End end) {
  auto now = QDateTime::currentDateTime();
  switch (end) {
    case Question::AnHour: return now.addSecs(3600);
    case Question::Today: return now.date().addDays(1).startOfDay();
    case Question::AWeek: return now.addDays(7);
  }
  return now;
}

}  // namespace

Question::Question(const Request& request, QObject* parent) : QObject(parent), m_request(request) {
  // The one wider default: a thing that does not exist yet cannot be looked at.
  m_answer.access = request.create ? request.access : saves() ? Terms::Access::Write : Terms::Access::Read;
  m_answer.scope = narrowest(request);
  // The others: an app that was shown files comes back to them as long as it runs, and what is picked is as if typed:
  // to be worked on. Not so a whole folder.
  if (request.chooser) {
    m_answer.lifetime.lasting = Terms::Lasting::Run;
    if (!request.directory) m_answer.access = request.access;
  }
  // A program connects again and again to the same place: asked each time, people would stop reading.
  if (request.network) {
    m_answer.lifetime.lasting = Terms::Lasting::Run;
    m_gathered = new Gathered(request, this);
    connect(m_gathered, &Gathered::countChanged, this, [this] {
      Q_EMIT gatheredChanged();
      Q_EMIT alsoWaitingChanged();
    });
  }
}

Question::~Question() {
  if (!m_answered) {
    m_armed = true;
    dismiss();
  }
}

void Question::update(const Request& request) {
  if (m_request.alsoWaiting == request.alsoWaiting) return;
  m_request.alsoWaiting = request.alsoWaiting;
  Q_EMIT alsoWaitingChanged();
}

QString Question::appName() const {
  if (!m_request.appName.isEmpty()) return m_request.appName;
  return m_request.app.section(u'@', 0, 0);
}
QString Question::profile() const { return m_request.app.section(u'@', 1); }
QUrl Question::icon() const {
  return QUrl(QStringLiteral("image://app/") +
              QString::fromLatin1(QUrl::toPercentEncoding(m_request.app.section(u'@', 0, 0))));
}
QString Question::initials() const { return fromAfar() ? wording::initials(appName()) : QString(); }
QString Question::wish() const {
  return several() ? tr("wants to reach %Ln place(s)", "of the network", m_gathered->count())
                   : wording::wish(m_request);
}
QString Question::wantedFor() const { return m_request.wish ? wording::wantedFor(*m_request.wish) : QString(); }
QString Question::thing() const { return wording::thing(m_request); }
QString Question::place() const { return wording::place(m_request); }
QString Question::wholeName() const { return wording::wholeName(m_request.kind, m_request.object); }
QString Question::facts() const { return wording::facts(m_request); }
QString Question::symbol() const { return wording::symbol(m_request); }

QUrl Question::preview() const {
  if (m_request.kind != Terms::Kind::File || m_request.create || m_request.directory) return {};
  // By its name only: what the bytes are is for the reader to find out.
  auto type = QMimeDatabase().mimeTypeForFile(QString::fromUtf8(m_request.object.path), QMimeDatabase::MatchExtension);
  if (!type.name().startsWith(u"image/")) return {};
  const auto& object = m_request.object;
  return QUrl(QStringLiteral("image://preview/%1/%2/").arg(object.device).arg(object.inode) +
              QString::fromLatin1(object.path.toPercentEncoding()));
}

QString Question::asker() const {
  if (m_request.program.isEmpty()) return {};
  return m_request.pid > 0
             ? tr("%1 (process %2)").arg(wording::isolated(m_request.program)).arg(QLocale().toString(m_request.pid))
             : m_request.program;
}

QString Question::since() const { return wording::moment(m_request.since); }

QList<Choice> Question::accesses() const {
  if (m_request.kind != Terms::Kind::File && m_request.kind != Terms::Kind::Folder) return {};
  if (saves()) return {{int(Terms::Access::Write), accessWord(m_request, Terms::Access::Write), QStringLiteral("1")}};
  QList<Choice> list{{int(Terms::Access::Read), accessWord(m_request, Terms::Access::Read), QStringLiteral("1")}};
  if (m_request.access == Terms::Access::Write) {
    list.append({int(Terms::Access::Write), accessWord(m_request, Terms::Access::Write), QStringLiteral("2")});
  }
  return list;
}

QList<Choice> Question::lastings() const {
  QList<Choice> list{{int(Terms::Lasting::Once), tr("this time"), QStringLiteral("T")},
                     {int(Terms::Lasting::Run), tr("while it runs"), QStringLiteral("R")}};
  if (longest(m_request) == Terms::Lasting::Run) return list;
  list.append({int(Terms::Lasting::Until), tr("until…"), QStringLiteral("U")});
  list.append({int(Terms::Lasting::Always), tr("always"), QStringLiteral("A")});
  return list;
}

QList<Choice> Question::ends() const {
  return {{AnHour, tr("in 1 hour"), {}}, {Today, tr("at midnight"), {}}, {AWeek, tr("in 1 week"), {}}};
}

QList<Choice> Question::scopes() const {
  QList<Choice> list;
  for (auto scope : m_request.scopes) {
    bool narrow = scope == narrowest(m_request);
    if (several() && !narrow && scope != Terms::Scope::Network) continue;
    if (several() && narrow) {
      list.append({int(scope), tr("only these, and these ports"), {}});
      continue;
    }
    list.append(
        {int(scope),
         m_request.network ? wording::scope(scope, *m_request.network) : wording::scope(scope, m_request.directory),
         {}});
  }
  return list;
}

bool Question::scopeMatters() const {
  return m_request.scopes.size() > 1 &&
         (m_request.directory || m_request.network || m_answer.lifetime.lasting != Terms::Lasting::Once);
}

bool Question::fastMatters() const {
  return m_request.mayBeFast && m_answer.scope == Terms::Scope::Tree &&
         m_answer.lifetime.lasting != Terms::Lasting::Once;
}

QString Question::consequence() const {
  if (fast()) return tr("Whatever is in it stays reachable until %1 closes.").arg(wording::isolated(appName()));
  switch (m_answer.lifetime.lasting) {
    case Terms::Lasting::Once:
      if (m_request.kind == Terms::Kind::Desktop) return tr("Now only; then it must ask again.");
      return tr("Until %1 lets go of it.").arg(wording::isolated(appName()));
    case Terms::Lasting::Run: return tr("Until %1 is closed.").arg(wording::isolated(appName()));
    case Terms::Lasting::Until: return tr("Until %1, then it must ask again.").arg(wording::exactly(timeOf(m_end)));
    default: return tr("Until you take it back.");
  }
}

int Question::alsoWaiting() const {
  auto gathered = m_gathered ? m_gathered->count() - 1 : 0;
  return qMax(0, int(m_request.alsoWaiting) - gathered);
}

bool Question::join(const Request& request) {
  if (!m_gathered || m_answered) return false;
  auto before = m_gathered->count();
  if (!m_gathered->join(request)) return false;
  // Of several only these reaches make sense: each by itself, or all there is.
  if (m_answer.scope != Terms::Scope::Network) m_answer.scope = narrowest(m_request);
  if (m_gathered->count() == before) return true;
  Q_EMIT chosen();
  Q_EMIT grown();
  return true;
}

void Question::leave(const QString& request) {
  if (m_gathered) m_gathered->leave(request);
}

void Question::setPlace(int row, bool on) {
  if (m_armed && several()) m_gathered->set(row, on);
}

void Question::setArmed(bool armed) {
  if (m_armed == armed) return;
  m_armed = armed;
  Q_EMIT armedChanged();
}

void Question::setAccess(int access) {
  if (!m_armed || access < 0 || access > int(m_request.access) || saves()) return;
  if (access == int(m_answer.access)) return;
  m_answer.access = Terms::Access(access);
  Q_EMIT chosen();
}

void Question::setLasting(int lasting) {
  if (!m_armed || lasting == int(m_answer.lifetime.lasting)) return;
  if (lasting < 0 || lasting > int(longest(m_request))) return;
  m_answer.lifetime.lasting = Terms::Lasting(lasting);
  // A wider reach was chosen for a longer time; it does not stay behind unseen.
  if (!scopeMatters()) m_answer.scope = narrowest(m_request);
  m_answer.fast = fast();
  Q_EMIT chosen();
}

void Question::setEnd(int end) {
  if (!m_armed || end < AnHour || end > AWeek || end == m_end) return;
  m_end = End(end);
  Q_EMIT chosen();
}

void Question::setFast(bool fast) {
  if (!m_armed || fast == m_answer.fast) return;
  m_answer.fast = fast;
  Q_EMIT chosen();
}

void Question::setScope(int scope) {
  if (!m_armed || !m_request.scopes.contains(Terms::Scope(scope)) || scope == int(m_answer.scope)) return;
  m_answer.scope = Terms::Scope(scope);
  m_answer.fast = fast();
  Q_EMIT chosen();
}

void Question::pick(Picked picked) {
  if (m_armed) m_answer.picked = std::move(picked);
}

void Question::give(Terms::Verdict verdict) {
  if (!m_armed || m_answered) return;
  if (verdict != Terms::Verdict::Allow) m_answer.picked = {};
  else if (picks() && m_answer.picked.empty()) return;
  m_answered = true;
  m_answer.verdict = verdict;
  // Counted from the answer on, however long the question stood.
  if (endMatters()) m_answer.lifetime.until = timeOf(m_end).toMSecsSinceEpoch() * 1'000'000;
  m_answer.fast = fast();
  if (several()) giveOthers();
  Q_EMIT answered(m_answer);
}

// What was switched off is not allowed, the first of them too; a "no" to the question is one to all.
void Question::giveOthers() {
  bool allows = m_answer.verdict == Terms::Verdict::Allow;
  bool all = allows && m_answer.scope == Terms::Scope::Network;
  const auto chosen = m_answer;
  for (const auto& one : m_gathered->all()) {
    auto answer = chosen;
    if (!one.request.scopes.contains(answer.scope)) answer.scope = narrowest(one.request);
    if (allows && !all && !one.on) answer.verdict = Terms::Verdict::Deny;
    if (one.request.id == id()) m_answer = answer;
    else Q_EMIT alsoAnswered(one.request.id, answer);
  }
}

}  // namespace latchkey::ui
