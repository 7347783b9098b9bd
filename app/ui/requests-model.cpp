// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/requests-model.h"

#include <QUrl>

#include "app/ui/wording.h"

namespace latchkey::ui {

RequestsModel::RequestsModel(Session& session, const AppsModel& names, QObject* parent)
    : OrderedRows(parent), m_session(session), m_names(names) {
  connect(&session, &Session::requestsRead, this, [this](const QList<Request>& all) {
    for (auto* question : std::as_const(m_questions)) {
      question->close();
      question->deleteLater();
    }
    m_questions.clear();
    m_requests.clear();
    take(all);
  });
  connect(&session, &Session::requestsChanged, this, &RequestsModel::take);
  connect(&names, &AppsModel::namesChanged, this, [this] { touchAll(); });
}

void RequestsModel::openQuestion(const Request& request) {
  if (auto* known = m_questions.value(request.id)) return known->update(request);
  auto* question = new Question(request, this);
  connect(question, &Question::answered, this,
          [this, id = request.id](const Answer& answer) { m_session.answer(id, answer); });
  m_questions.insert(request.id, question);
}

void RequestsModel::take(const QList<Request>& requests) {
  auto before = waiting();
  for (const auto& request : requests) {
    m_requests.insert(request.id, request);
    if (request.state == Terms::RequestState::Waiting) {
      openQuestion(request);
    } else if (auto* question = m_questions.take(request.id)) {
      question->close();
      question->deleteLater();
    }
    touchRow(request.id);
  }
  arrange();
  if (before != waiting()) Q_EMIT waitingChanged();
}

void RequestsModel::arrange() {
  QList<Request> list;
  for (const auto& request : std::as_const(m_requests)) {
    if (m_app.isEmpty() || request.app.section(u'@', 0, 0) == m_app) list << request;
  }
  std::sort(list.begin(), list.end(), [](const Request& a, const Request& b) {
    bool aWaits = a.state == Terms::RequestState::Waiting, bWaits = b.state == Terms::RequestState::Waiting;
    if (aWaits != bWaits) return aWaits;
    // What waits longest is first; what was decided last is first.
    if (aWaits) return a.since != b.since ? a.since < b.since : a.id < b.id;
    return a.decided != b.decided ? a.decided > b.decided : a.id < b.id;
  });
  QStringList ids;
  for (const auto& request : list) ids << request.id;
  setRows(ids);
}

void RequestsModel::setApp(const QString& app) {
  if (app == m_app) return;
  m_app = app;
  arrange();
  Q_EMIT appChanged();
}

void RequestsModel::change(const QString& id) {
  auto request = m_requests.value(id);
  if (request.state == Terms::RequestState::Allowed && !request.grant.isEmpty()) Q_EMIT stopWanted({request.grant});
  if (request.state == Terms::RequestState::Never) m_session.forget(id);
}

QVariant RequestsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& request = *m_requests.constFind(rows()[index.row()]);
  bool waits = request.state == Terms::RequestState::Waiting;
  switch (role) {
    case IdRole: return request.id;
    case QuestionRole: return QVariant::fromValue(m_questions.value(request.id));
    case Qt::DisplayRole:
    case WhoRole: return request.appName.isEmpty() ? m_names.nameOf(request.app) : request.appName;
    case IconRole:
      return QUrl(QStringLiteral("image://app/") +
                  QString::fromLatin1(QUrl::toPercentEncoding(request.app.section(u'@', 0, 0))));
    case WishRole: return wording::wish(request);
    case ThingRole: return wording::thing(request);
    case PlaceRole: return wording::place(request);
    case OutcomeRole: return wording::outcome(request.state);
    case AllowedRole: return request.state == Terms::RequestState::Allowed;
    case WhenRole: return wording::moment(waits ? request.since : request.decided);
    case ChangeRole:
      if (request.state == Terms::RequestState::Allowed && !request.grant.isEmpty()) return tr("Stop…");
      if (request.state == Terms::RequestState::Never) return tr("Ask again");
      return QString();
    case SymbolRole: return wording::symbol(request);
    case GroupRole: return waits ? tr("Waiting for you") : wording::day(request.decided);
  }
  return {};
}

QHash<int, QByteArray> RequestsModel::roleNames() const {
  return {{IdRole, "requestId"},    {QuestionRole, "question"}, {WhoRole, "who"},           {IconRole, "portrait"},
          {WishRole, "wish"},       {ThingRole, "thing"},       {PlaceRole, "place"},       {OutcomeRole, "outcome"},
          {AllowedRole, "allowed"}, {WhenRole, "when"},         {ChangeRole, "changeText"}, {SymbolRole, "symbol"},
          {GroupRole, "group"}};
}

}  // namespace latchkey::ui
