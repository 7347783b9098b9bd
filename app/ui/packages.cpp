// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/packages.h"

#include <algorithm>

#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

QString appOf(const QString& holder) { return holder.section(u'@', 0, 0); }

}  // namespace

Packages::Packages(Session& session, PackageLine& line, Installing& installing, const AppsModel& names, Undo& undo,
                   QObject* parent)
    : QObject(parent), m_session(session), m_line(line), m_installing(installing), m_names(names), m_undo(undo) {
  m_stopping.setSingleShot(true);
  m_stopping.setInterval(STOP_MS);
  connect(&m_stopping, &QTimer::timeout, this, [this] { failed(tr("It is still running: stop it, then try again.")); });
  connect(&line, &PackageLine::told, this, [this](const QList<Package>& all) {
    m_all.clear();
    for (const auto& package : all) m_all.insert(package.text.id, package);
    Q_EMIT changed();
    Q_EMIT leavingChanged();
  });
  auto instances = [this](const QList<Instance>& list) {
    for (const auto& one : list) {
      if (one.state == Terms::InstanceState::Ended) m_instances.remove(one.id);
      else m_instances.insert(one.id, appOf(one.holder()));
    }
    Q_EMIT leavingChanged();
    goOn();
  };
  connect(&session, &Session::instancesRead, this, [this, instances](const QList<Instance>& all) {
    m_instances.clear();
    instances(all);
  });
  connect(&session, &Session::instancesChanged, this, instances);
  auto grants = [this](const QList<Grant>& list) {
    for (const auto& one : list) {
      if (one.over()) m_grants.remove(one.id);
      else m_grants.insert(one.id, appOf(one.holder));
    }
    Q_EMIT leavingChanged();
  };
  connect(&session, &Session::grantsRead, this, [this, grants](const QList<Grant>& all) {
    m_grants.clear();
    grants(all);
  });
  connect(&session, &Session::grantsChanged, this, grants);
}

const Package* Packages::firstWaiting() const {
  const Package* first = nullptr;
  for (const auto& one : m_all)
    if (!one.pending.isEmpty() && (!first || one.text.id < first->text.id)) first = &one;
  return first;
}

int Packages::waiting() const {
  return int(std::ranges::count_if(m_all, [](const Package& one) { return !one.pending.isEmpty(); }));
}

QString Packages::waitingName() const {
  auto* first = firstWaiting();
  return first ? m_names.nameOf(first->text.id) : QString();
}

void Packages::lookAtWaiting() {
  if (auto* first = firstWaiting()) m_installing.show(*first);
}

bool Packages::has(const QString& app) const {
  auto found = m_all.find(app);
  return found != m_all.end() && found->installed;
}

QString Packages::previous(const QString& app) const { return m_all.value(app).previous; }

void Packages::rollback(const QString& app) {
  auto name = wording::isolated(m_names.nameOf(app));
  m_line.rollback(app, this, [this, app, name](const QString& fault, const QString& version) {
    if (!fault.isEmpty()) return m_undo.did(fault);
    m_undo.did(
        tr("%1 is at version %2 again. What runs goes on as it was", "an app").arg(name, wording::isolated(version)),
        [this, app] { rollback(app); });
  });
}

// --- removing one

QStringList Packages::runningOf(const QString& app) const { return m_instances.keys(app); }
QStringList Packages::grantsOf(const QString& app) const { return m_grants.keys(app); }

QString Packages::leavingName() const { return m_leaving.isEmpty() ? QString() : m_names.nameOf(m_leaving); }

QString Packages::consequences() const {
  if (m_leaving.isEmpty()) return {};
  QStringList parts;
  if (!runningOf(m_leaving).isEmpty()) parts << tr("It runs, and is stopped.");
  auto grants = int(grantsOf(m_leaving).size());
  if (grants > 0) parts << tr("%Ln thing(s) that you gave it are taken back.", nullptr, grants);
  if (parts.isEmpty()) parts << tr("It does not run, and was given nothing.");
  return parts.join(u' ');
}

void Packages::beginRemoval(const QString& app) {
  if (m_busy || !has(app)) return;
  m_leaving = app;
  m_withData = false;
  m_fault.clear();
  Q_EMIT leavingChanged();
}

void Packages::setWithData(bool on) {
  if (m_busy || on == m_withData) return;
  m_withData = on;
  Q_EMIT leavingChanged();
}

void Packages::keep() {
  if (m_ending) return;
  m_stopping.stop();
  m_leaving.clear();
  m_busy = false;
  Q_EMIT leavingChanged();
}

void Packages::failed(const QString& fault) {
  m_stopping.stop();
  m_busy = m_ending = false;
  m_fault = fault;
  Q_EMIT leavingChanged();
}

void Packages::remove() {
  if (m_leaving.isEmpty() || m_busy) return;
  m_busy = true;
  m_fault.clear();
  for (const auto& instance : runningOf(m_leaving)) m_session.stop(instance);
  m_stopping.start();
  Q_EMIT leavingChanged();
  goOn();
}

// Nothing of it runs: on to what it was given.
void Packages::goOn() {
  if (!m_busy || !m_stopping.isActive() || !runningOf(m_leaving).isEmpty()) return;
  m_stopping.stop();
  m_ending = true;
  Q_EMIT leavingChanged();
  auto grants = grantsOf(m_leaving);
  if (grants.isEmpty()) return takeAway();
  m_line.takeBack(grants, this, [this](const QString& fault) { fault.isEmpty() ? takeAway() : failed(fault); });
}

void Packages::takeAway() {
  auto name = wording::isolated(leavingName());
  auto done = m_withData ? tr("%1 is removed, with its own files", "an app").arg(name)
                         : tr("%1 is removed. Its own files are kept, for when it returns", "an app").arg(name);
  m_line.remove(m_leaving, m_withData, this, [this, done](const QString& fault) {
    if (!fault.isEmpty()) return failed(fault);
    m_ending = false;
    keep();
    m_undo.did(done);
  });
}

}  // namespace latchkey::ui
