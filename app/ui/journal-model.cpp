// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/journal-model.h"

#include <QDateTime>
#include <QLocale>
#include <QUrl>

#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

constexpr quint32 PAGE = 500;
// Kept in memory at most; older ones are read again when somebody scrolls there.
constexpr qsizetype MOST = 20000;

// Names as in the protocol's JournalEntry, by the choice that shows them; empty: all.
const QList<QStringList> EVENTS{
    {},
    {QStringLiteral("answer"), QStringLiteral("grant"), QStringLiteral("revoke"), QStringLiteral("suspend"),
     QStringLiteral("resume"), QStringLiteral("expire"), QStringLiteral("keep"), QStringLiteral("moved"),
     QStringLiteral("rest"), QStringLiteral("wake")},
    {QStringLiteral("use"), QStringLiteral("refuse")},
    {QStringLiteral("start"), QStringLiteral("end")}};

QString eventSymbol(const JournalEntry& entry) {
  const auto& event = entry.event;
  if (event == u"start") return QStringLiteral("start");
  if (event == u"end") return QStringLiteral("stop");
  if (event == u"request") return QStringLiteral("question");
  if (event == u"grant" || event == u"resume" || event == u"wake") return QStringLiteral("key");
  if (event == u"revoke" || event == u"expire" || event == u"suspend" || event == u"rest")
    return QStringLiteral("key-off");
  if (event == u"keep" || event == u"moved") return QStringLiteral("key");
  if (event == u"refuse") return QStringLiteral("refused");
  if (event == u"broker") return QStringLiteral("info");
  if (event == u"answer") return entry.outcome == u"allowed" ? QStringLiteral("key") : QStringLiteral("refused");
  return wording::symbol(entry.kind);
}

}  // namespace

JournalModel::JournalModel(Session& session, const AppsModel& names, QObject* parent)
    : OrderedRows(parent), m_session(session), m_names(names) {
  connect(&session, &Session::journalAdded, this, &JournalModel::take);
  connect(&session, &Session::onlineChanged, this, [this] {
    if (!m_session.online()) return;
    m_complete = false;
    m_asking = false;
    ask(0);
  });
  connect(&names, &AppsModel::namesChanged, this, [this] { touchAll(); });
}

void JournalModel::ask(quint64 before) {
  if (m_asking || !m_session.online()) return;
  m_asking = true;
  JournalFilter filter;
  filter.before = before;
  filter.limit = PAGE;
  m_session.journal(filter, this, [this](const QList<JournalEntry>& entries) {
    m_asking = false;
    if (entries.size() < qsizetype(PAGE)) m_complete = true;
    take(entries);
  });
}

void JournalModel::take(const QList<JournalEntry>& entries) {
  for (const auto& entry : entries) m_entries.insert(entry.sequence, entry);
  while (m_entries.size() > MOST) m_entries.erase(m_entries.begin());
  arrange();
}

bool JournalModel::matches(const JournalEntry& entry) const {
  if (!EVENTS[m_eventIndex].isEmpty() && !EVENTS[m_eventIndex].contains(entry.event)) return false;
  if (m_filter.isEmpty()) return true;
  auto whole = wording::sentence(entry, m_names.nameOf(entry.app));
  return whole.contains(m_filter, Qt::CaseInsensitive);
}

void JournalModel::arrange() {
  QStringList ids;
  for (auto it = m_entries.cend(); it != m_entries.cbegin();) {
    --it;
    if (matches(*it)) ids << QString::number(it.key());
  }
  setRows(ids);
}

void JournalModel::setFilter(const QString& filter) {
  if (filter == m_filter) return;
  m_filter = filter;
  arrange();
  Q_EMIT filterChanged();
}

QList<Choice> JournalModel::events() const {
  return {{0, tr("All"), {}}, {1, tr("Answers"), {}}, {2, tr("Uses"), {}}, {3, tr("Starts"), {}}};
}

void JournalModel::setEventIndex(int index) {
  if (index == m_eventIndex || index < 0 || index >= EVENTS.size()) return;
  m_eventIndex = index;
  arrange();
  Q_EMIT filterChanged();
}

bool JournalModel::canFetchMore(const QModelIndex& parent) const {
  return !parent.isValid() && !m_complete && !m_entries.isEmpty() && m_entries.size() < MOST;
}

void JournalModel::fetchMore(const QModelIndex&) {
  if (!m_entries.isEmpty()) ask(m_entries.firstKey());
}

QVariant JournalModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& entry = *m_entries.constFind(rows()[index.row()].toULongLong());
  switch (role) {
    case SequenceRole: return rows()[index.row()];
    case Qt::DisplayRole:
    case SentenceRole: return wording::sentence(entry, m_names.nameOf(entry.app));
    case TimeRole:
      return QLocale().toString(QDateTime::fromMSecsSinceEpoch(entry.time / 1'000'000).time(), QLocale::ShortFormat);
    case DayRole: return wording::day(entry.time);
    case SymbolRole: return eventSymbol(entry);
    case ExplainableRole: return entry.event != u"start" && entry.event != u"end" && entry.event != u"broker";
    case WhoRole: return m_names.nameOf(entry.app);
    case IconRole:
      return entry.app.isEmpty() ? QUrl()
                                 : QUrl(QStringLiteral("image://app/") +
                                        QString::fromLatin1(QUrl::toPercentEncoding(entry.app.section(u'@', 0, 0))));
  }
  return {};
}

QHash<int, QByteArray> JournalModel::roleNames() const {
  return {{SequenceRole, "sequence"}, {SentenceRole, "sentence"},      {TimeRole, "time"},
          {DayRole, "day"},           {SymbolRole, "symbol"},          {WhoRole, "who"},
          {IconRole, "portrait"},     {ExplainableRole, "explainable"}};
}

}  // namespace latchkey::ui
