// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/stop-plan.h"

#include <QTimer>

#include "app/ui/sharing-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

// The broker itself waits a second for its portals.
constexpr int LONGEST_LOOK = 1500;

}  // namespace

StopPlan::StopPlan(Session& session, const GrantsModel& grants, AppsModel& apps, Undo& undo, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_grants(grants),
      m_apps(apps),
      m_undo(undo),
      m_files(session, grants, undo) {}

void StopPlan::begin(const QStringList& grants) {
  if (grants.isEmpty()) return;
  m_wanted = grants;
  auto turn = ++m_turn;
  m_session.consequences(grants, this, [this, turn](const QList<Grant>& ends, quint32 live) {
    if (turn != m_turn) return;
    if (live) look(ends, live);
    else show(ends, live, {});
  });
}

// Who dies of it is named before "Stop" can be pressed, so the question opens when that is known; where it does not get
// known it says so.
void StopPlan::look(const QList<Grant>& ends, quint32 live) {
  auto turn = m_turn;
  m_session.openFiles(m_wanted, this, [this, turn, ends, live](const Session::OpenNow& now) {
    if (turn == m_turn) show(ends, live, OpenFiles::warnings(now));
  });
  QTimer::singleShot(LONGEST_LOOK, this, [this, turn, ends, live] {
    if (turn != m_turn) return;
    show(ends, live, {tr("Who uses it as memory could not be found out: an app that does so may stop at once.")});
  });
}

void StopPlan::show(const QList<Grant>& ends, quint32 live, const QStringList& warnings) {
  ++m_turn;  // What comes later is about a question that is on the screen already.
  m_lines = warnings;
  m_doubtful.clear();
  auto* first = m_grants.find(m_wanted.first());
  if (m_wanted.size() == 1 && first && isReceived(*first)) {
    m_title = tr("Give back %1 of %2?", "a thing, a machine")
                  .arg(wording::offerTitle(first->object.target), wording::isolated(m_grants.who(*first)));
    if (live) m_lines << tr("It is in use at this moment. What is done with it breaks off.");
  } else if (m_wanted.size() == 1 && first) {
    auto who = wording::isolated(m_grants.who(*first));
    m_title = tr("Stop %1 using %2?").arg(who, wording::isolated(m_grants.thing(*first)));
    if (live) m_lines << tr("%1 has it open. It may show an error or close.").arg(who);
  } else {
    m_title = tr("Stop these %Ln thing(s)?", nullptr, int(m_wanted.size()));
    if (live) m_lines << tr("%Ln of them are open now. Apps may show an error or close.", nullptr, int(live));
  }
  for (const auto& grant : fastAndRunning(ends)) {
    m_lines << tr("%1 has %2 at full speed. What it holds open of it stays reachable until it closes.")
                   .arg(wording::isolated(m_grants.who(grant)), wording::isolated(m_grants.thing(grant)));
  }
  for (const auto& grant : ends) {
    if (m_wanted.contains(grant.id)) continue;
    m_lines << tr("This also ends: %1, used by %2")
                   .arg(wording::isolated(m_grants.thing(grant)), wording::isolated(m_grants.who(grant)));
  }
  if (m_lines.isEmpty()) m_lines << tr("Nothing has it open, and nothing else ends with it.");
  if (m_wanted.size() == 1 && first && isReceived(*first))
    m_lines << tr("Only %1 can give it again.").arg(wording::isolated(m_grants.who(*first)));
  m_open = true;
  Q_EMIT changed();
}

void StopPlan::keep() {
  ++m_turn;
  m_open = false;
  m_wanted.clear();
  m_doubtful.clear();
  Q_EMIT changed();
}

QList<Grant> StopPlan::fastAndRunning(const QList<Grant>& grants) const {
  QList<Grant> result;
  for (const auto& grant : grants) {
    if (grant.fast && m_apps.runs(grant.holder.section(u'@', 0, 0))) result << grant;
  }
  return result;
}

void StopPlan::showDoubt(const QList<Grant>& ended, Session::Cut cut) {
  m_doubtful.clear();
  QStringList names;
  for (const auto& grant : ended) {
    auto app = grant.holder.section(u'@', 0, 0);
    if (!m_apps.runs(app) || m_doubtful.contains(app)) continue;
    m_doubtful << app;
    names << wording::isolated(m_grants.who(grant));
  }
  if (m_doubtful.isEmpty()) return;
  m_title = cut == Session::Cut::Unconfirmed ? tr("Stopping could not be confirmed")
                                             : tr("What is held open stays reachable");
  m_lines = {names.size() == 1
                 ? tr("%1 gets nothing new. What it had open it may still hold: stop the app to be sure.").arg(names[0])
                 : tr("They get nothing new. What they had open they may still hold: stop the apps to be sure.")};
  if (names.size() > 1) m_lines << names;
  m_open = true;
  Q_EMIT changed();
}

void StopPlan::stopApps() {
  auto apps = std::exchange(m_doubtful, {});
  keep();
  for (const auto& app : apps) m_apps.stop(app);
}

void StopPlan::stop() {
  if (!m_open || unsure()) return;
  auto wanted = std::exchange(m_wanted, {});
  keep();
  m_session.revoke(wanted, this, [this](const QList<Grant>& grants, Session::Cut cut) { ended(grants, cut); });
}

// What another machine gave does not come back by this person's word, and nothing of what was made of it.
void StopPlan::ended(const QList<Grant>& grants, Session::Cut cut) {
  QStringList ids, received;
  for (const auto& grant : grants) {
    ids << grant.id;
    if (isReceived(grant)) received << grant.id;
  }
  auto said = tr("Stopped %Ln thing(s)", nullptr, int(ids.size()));
  ids.removeIf([&](const QString& id) {
    auto* grant = m_grants.find(id);
    return received.contains(id) || (grant && received.contains(grant->parent));
  });
  if (ids.isEmpty()) m_undo.did(said);
  else m_undo.did(said, [this, ids] { m_session.restore(ids); });
  showDoubt(cut == Session::Cut::Unconfirmed ? grants : fastAndRunning(grants), cut);
}

}  // namespace latchkey::ui
