// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/prompt-desk.h"

#include <QDeadlineTimer>
#include <QQuickWindow>
#include <QWindow>

#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

constexpr int UNSEEN_MS = 3000;
// A program asks while it starts: its own window may come after the question and cover it. For that long the question
// comes back to the front, once.
constexpr int COVERED_MS = 10'000;
constexpr int COME_BACK_MS = 400;

}  // namespace

PromptDesk::PromptDesk(Session& session, Undo& undo, QQmlEngine& engine, QObject* parent)
    : QObject(parent), m_session(session), m_undo(undo), m_engine(engine), m_component(&engine) {
  connect(&session, &Session::presented, this, &PromptDesk::present);
  connect(&session, &Session::withdrawn, this, &PromptDesk::withdraw);
  connect(&session, &Session::requestsChanged, this, &PromptDesk::learnGrants);
  m_idle.setSingleShot(true);
  m_idle.setInterval(0);
  connect(&m_idle, &QTimer::timeout, this, &PromptDesk::prepare);
}

PromptDesk::~PromptDesk() {
  for (const auto& shown : std::as_const(m_shown)) delete shown.window;
  delete m_spare;
}

void PromptDesk::prepare() {
  if (m_spare) return;
  if (m_component.isNull()) m_component.loadFromModule("dev.latchkey.ui", "PromptWindow");
  // Replaced by the question that comes; until then it answers nobody.
  auto* blank = new Question(Request(), this);
  auto* made = m_component.createWithInitialProperties({{QStringLiteral("question"), QVariant::fromValue(blank)}});
  m_spare = qobject_cast<QQuickWindow*>(made);
  if (m_spare) {
    blank->setParent(m_spare);
    m_spare->create();
    return;
  }
  // A window that does not load shows nothing; what waits is declined once by its time limit.
  qCritical("the question window cannot be made: %s", qPrintable(m_component.errorString()));
  delete made;
}

QQuickWindow* PromptDesk::window() {
  prepare();
  return std::exchange(m_spare, nullptr);
}

// The window of the question, which belongs to it from then on.
QQuickWindow* PromptDesk::windowFor(Question* question) {
  if (question->picks()) return m_pick ? m_pick(question) : nullptr;
  auto* window = this->window();
  if (!window) return nullptr;
  question->setParent(window);
  window->setProperty("question", QVariant::fromValue(question));
  return window;
}

void PromptDesk::present(const Request& request) {
  withdraw(request.id);
  auto* question = new Question(request);
  auto* window = windowFor(question);
  if (!window) {
    question->close();
    delete question;
    return m_session.answerPresented(request.id, {});
  }
  auto id = request.id;
  connect(question, &Question::answered, this, [this, id](const Answer& answer) { answered(id, answer); });
  connect(question, &Question::alsoAnswered, &m_session, &Session::answer);
  m_shown.insert(id, {question, window});
  connect(window, SIGNAL(pageWanted(QString)), this, SIGNAL(pageWanted(QString)));
  window->show();
  window->requestActivate();
  keepInSight(id);
  watchUnseen(request);
  m_idle.start();
  Q_EMIT countChanged();
}

void PromptDesk::answered(const QString& id, const Answer& answer) {
  auto found = m_shown.constFind(id);
  if (found == m_shown.cend()) return;
  const auto request = found->question->request();
  m_session.answerPresented(id, answer);
  if (answer.verdict == Terms::Verdict::Allow) {
    // How to take it back is known once the broker names the grant: see learnGrants.
    m_lastAllowed = answer.picked.chosen.size() > 1 || request.opener ? QString() : id;
    m_undo.did(wording::outcomeLine(request, answer));
  }
  take(id);
}

void PromptDesk::withdraw(const QString& id) {
  auto found = m_shown.constFind(id);
  if (found == m_shown.cend()) return;
  found->question->close();
  take(id);
}

void PromptDesk::take(const QString& id) {
  auto shown = m_shown.take(id);
  if (shown.window) {
    shown.window->hide();
    shown.window->deleteLater();
  }
  Q_EMIT gone(id);
  Q_EMIT countChanged();
}

// What is asked about the network in one moment is one question.
void PromptDesk::gather(const Request& request) {
  for (const auto& shown : std::as_const(m_shown)) {
    if (request.state != Terms::RequestState::Waiting) shown.question->leave(request.id);
    else if (request.network && shown.question->id() != request.id) shown.question->join(request);
  }
}

void PromptDesk::learnGrants(const QList<Request>& changed) {
  for (const auto& request : changed) {
    gather(request);
    auto found = m_shown.constFind(request.id);
    if (found != m_shown.cend()) {
      if (request.state == Terms::RequestState::Waiting) found->question->update(request);
      else withdraw(request.id);
    }
    if (request.id == m_lastAllowed && !request.grant.isEmpty()) {
      m_lastAllowed.clear();
      m_undo.backIs(
          [this, grant = request.grant] { m_session.revoke({grant}, this, [](const QList<Grant>&, Session::Cut) {}); });
    }
  }
}

void PromptDesk::keepInSight(const QString& id) {
  auto* window = m_shown.value(id).window;
  auto until = QDeadlineTimer(COVERED_MS);
  connect(window, &QWindow::activeChanged, this, [this, id, window, until] {
    if (window->isActive() || until.hasExpired()) return;
    disconnect(window, &QWindow::activeChanged, this, nullptr);  // Once: a person who turned away meant it.
    QTimer::singleShot(COME_BACK_MS, window, [this, id, window] {
      if (!m_shown.contains(id) || window->isActive()) return;
      // Wayland lets nobody raise a window; one that is shown anew comes on top, and its guard starts anew.
      window->hide();
      window->show();
      window->requestActivate();
    });
  });
}

void PromptDesk::watchUnseen(const Request& request) {
  // Also one that was covered later: it counts from when it was last in front. Told once.
  auto* window = m_shown.value(request.id).window;
  auto* timer = new QTimer(window);
  timer->setSingleShot(true);
  timer->setInterval(UNSEEN_MS);
  connect(timer, &QTimer::timeout, this, [this, request, timer] {
    timer->deleteLater();
    if (m_shown.contains(request.id)) Q_EMIT unseen(request);
  });
  connect(window, &QWindow::activeChanged, timer, [window, timer] {
    if (window->isActive()) timer->stop();
    else timer->start();
  });
  if (!window->isActive()) timer->start();
}

void PromptDesk::raise() {
  for (const auto& shown : std::as_const(m_shown)) {
    shown.window->show();
    shown.window->raise();
    shown.window->requestActivate();
  }
}

QQuickWindow* PromptDesk::windowOf(const QString& request) const { return m_shown.value(request).window; }

}  // namespace latchkey::ui
