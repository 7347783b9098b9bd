// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/question.h"

#include <QDateTime>
#include <QLocale>
#include <QMimeDatabase>

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
  m_answer.access = request.create ? request.access : Terms::Access::Read;
  m_answer.scope = narrowest(request);
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
QString Question::wish() const { return wording::wish(m_request); }
QString Question::thing() const { return wording::thing(m_request.kind, m_request.object); }
QString Question::place() const { return wording::place(m_request.kind, m_request.object); }
QString Question::wholeName() const { return wording::wholeName(m_request.kind, m_request.object); }
QString Question::facts() const { return wording::facts(m_request); }
QString Question::symbol() const {
  return m_request.directory ? QStringLiteral("folder") : wording::symbol(m_request.kind);
}

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
  if (m_request.create)
    return {{int(Terms::Access::Write), accessWord(m_request, Terms::Access::Write), QStringLiteral("1")}};
  QList<Choice> list{{int(Terms::Access::Read), accessWord(m_request, Terms::Access::Read), QStringLiteral("1")}};
  if (m_request.access == Terms::Access::Write) {
    list.append({int(Terms::Access::Write), accessWord(m_request, Terms::Access::Write), QStringLiteral("2")});
  }
  return list;
}

QList<Choice> Question::lastings() const {
  return {{int(Terms::Lasting::Once), tr("this time"), QStringLiteral("T")},
          {int(Terms::Lasting::Run), tr("while it runs"), QStringLiteral("R")},
          {int(Terms::Lasting::Until), tr("until…"), QStringLiteral("U")},
          {int(Terms::Lasting::Always), tr("always"), QStringLiteral("A")}};
}

QList<Choice> Question::ends() const {
  return {{AnHour, tr("in 1 hour"), {}}, {Today, tr("at midnight"), {}}, {AWeek, tr("in 1 week"), {}}};
}

QList<Choice> Question::scopes() const {
  QList<Choice> list;
  for (auto scope : m_request.scopes) list.append({int(scope), wording::scope(scope, m_request.directory), {}});
  return list;
}

bool Question::scopeMatters() const {
  return m_request.scopes.size() > 1 && (m_request.directory || m_answer.lifetime.lasting != Terms::Lasting::Once);
}

bool Question::fastMatters() const {
  return m_request.mayBeFast && m_answer.scope == Terms::Scope::Tree &&
         m_answer.lifetime.lasting != Terms::Lasting::Once;
}

QString Question::consequence() const {
  if (fast()) return tr("Whatever is in it stays reachable until %1 closes.").arg(wording::isolated(appName()));
  switch (m_answer.lifetime.lasting) {
    case Terms::Lasting::Once: return tr("Until %1 lets go of it.").arg(wording::isolated(appName()));
    case Terms::Lasting::Run: return tr("Until %1 is closed.").arg(wording::isolated(appName()));
    case Terms::Lasting::Until: return tr("Until %1, then it must ask again.").arg(wording::exactly(timeOf(m_end)));
    default: return tr("Until you take it back.");
  }
}

void Question::setArmed(bool armed) {
  if (m_armed == armed) return;
  m_armed = armed;
  Q_EMIT armedChanged();
}

void Question::setAccess(int access) {
  if (!m_armed || access < 0 || access > int(m_request.access) || m_request.create) return;
  if (access == int(m_answer.access)) return;
  m_answer.access = Terms::Access(access);
  Q_EMIT chosen();
}

void Question::setLasting(int lasting) {
  if (!m_armed || lasting == int(m_answer.lifetime.lasting)) return;
  if (lasting < 0 || lasting > int(Terms::Lasting::Always)) return;
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

void Question::give(Terms::Verdict verdict) {
  if (!m_armed || m_answered) return;
  m_answered = true;
  m_answer.verdict = verdict;
  // Counted from the answer on, however long the question stood.
  if (endMatters()) m_answer.lifetime.until = timeOf(m_end).toMSecsSinceEpoch() * 1'000'000;
  m_answer.fast = fast();
  Q_EMIT answered(m_answer);
}

}  // namespace latchkey::ui
