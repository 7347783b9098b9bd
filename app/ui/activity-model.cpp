// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/activity-model.h"

#include <QDateTime>
#include <QLocale>
#include <QUrl>

#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

constexpr int EVERY_MS = 2000;
constexpr qint64 MINUTE_NS = 60'000'000'000;
constexpr qsizetype MOST_PORTS = 3;

// Something went over it: one that waits for an answer of the person's has not begun.
bool isTalk(const Connection& connection, Nanos now) {
  bool begun = connection.state == Connection::State::Open || connection.bytesIn + connection.bytesOut > 0;
  return begun && now - connection.used < MINUTE_NS;
}

QString percentText(double percent) {
  return percent < 0 ? QString()
                     : ActivityModel::tr("%1 %").arg(QLocale().toString(percent, 'f', percent < 10 ? 1 : 0));
}

// Parents before children. What names no parent in the list is a root.
void addTree(const QList<Process>& all, qint32 parent, int depth, QList<std::pair<Process, int>>& ordered) {
  // An app that lies about its parents cannot make this endless: depth is bounded, and so is the list.
  if (depth > 8) return;
  for (const auto& process : all) {
    if (process.parent != parent || process.pid == parent || ordered.size() >= 500) continue;
    ordered.append({process, depth});
    addTree(all, process.pid, depth + 1, ordered);
  }
}

QList<std::pair<Process, int>> tree(const QList<Process>& all) {
  QSet<qint32> known;
  for (const auto& process : all) known.insert(process.pid);
  QSet<qint32> roots;
  for (const auto& process : all) {
    if (!known.contains(process.parent)) roots.insert(process.parent);
  }
  QList<std::pair<Process, int>> ordered;
  for (auto root : std::as_const(roots)) addTree(all, root, 1, ordered);
  return ordered;
}

}  // namespace

ActivityModel::ActivityModel(Session& session, const AppsModel& names, QObject* parent)
    : OrderedRows(parent), m_session(session), m_names(names) {
  connect(&session, &Session::instancesRead, this, [this](const QList<Instance>& all) {
    m_instances.clear();
    take(all);
  });
  connect(&session, &Session::instancesChanged, this, &ActivityModel::take);
  connect(&session, &Session::onlineChanged, this, [this] {
    if (watching()) measure();
  });
  connect(&session, &Session::listenersChanged, this, [this](const QString& id, const QList<Listener>& all) {
    auto found = m_instances.find(id);
    if (found == m_instances.end()) return;
    found->listeners = all;
    touchRow(id);
  });
  m_timer.setInterval(EVERY_MS);
  connect(&m_timer, &QTimer::timeout, this, &ActivityModel::measure);
}

void ActivityModel::setWatching(bool watching) {
  if (watching == this->watching()) return;
  if (watching) {
    m_timer.start();
    measure();
  } else {
    m_timer.stop();
  }
  Q_EMIT watchingChanged();
}

void ActivityModel::take(const QList<Instance>& changed) {
  for (const auto& instance : changed) {
    if (instance.state == Terms::InstanceState::Ended) m_instances.remove(instance.id);
    else m_instances[instance.id].instance = instance;
  }
  Q_EMIT runningChanged();
  arrange();
  touchAll();
  if (watching()) measure();
}

void ActivityModel::measure() {
  if (!m_session.online()) return;
  for (const auto& running : std::as_const(m_instances)) {
    auto id = running.instance.id;
    m_session.processes(id, this, [this, id](const QList<Process>& list) { measured(id, list); });
  }
  m_session.connections({}, this, [this](const Session::ConnectedNow& now) { heard(now); });
}

void ActivityModel::heard(const Session::ConnectedNow& now) {
  auto moment = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
  for (auto& running : m_instances) {
    running.talks = 0;
    running.listeners.clear();
  }
  for (const auto& connection : now.connections) {
    auto found = m_instances.find(connection.instance);
    if (found == m_instances.end() || !isTalk(connection, moment)) continue;
    found->talked = qMax(found->talked, connection.used);
    ++found->talks;
  }
  for (const auto& listener : now.listeners) {
    auto found = m_instances.find(listener.instance);
    if (found != m_instances.end()) found->listeners << listener;
  }
  arrange();
  touchAll();
}

void ActivityModel::setTalkingOnly(bool only) {
  if (only == m_talkingOnly) return;
  m_talkingOnly = only;
  arrange();
  Q_EMIT talkingOnlyChanged();
}

bool ActivityModel::isTalking(const Running& running) { return running.talks > 0; }

QString ActivityModel::networkText(const Running& running) const {
  QStringList parts;
  if (isTalking(running)) parts << tr("%Ln connection(s) in the last minute", nullptr, running.talks);
  QStringList ports;
  for (const auto& listener : running.listeners) {
    auto port = QString::number(listener.port);
    if (!ports.contains(port)) ports << port;
  }
  auto shown = ports.mid(0, MOST_PORTS).join(QStringLiteral(", "));
  if (ports.size() > MOST_PORTS) shown = tr("%1 and more").arg(shown);
  if (!ports.isEmpty()) parts << tr("offers port %1").arg(shown);
  return parts.join(QStringLiteral(" · "));
}

void ActivityModel::measured(const QString& id, const QList<Process>& processes) {
  auto found = m_instances.find(id);
  if (found == m_instances.end()) return;
  auto& running = *found;
  QHash<qint32, double> before;
  for (const auto& known : std::as_const(running.processes)) before.insert(known.process.pid, known.process.cpuSeconds);
  double seconds = running.since.isValid() ? double(running.since.restart()) / 1000 : (running.since.start(), 0);
  QList<Measured> list;
  for (const auto& [process, depth] : tree(processes)) {
    auto known = before.constFind(process.pid);
    double percent =
        known != before.cend() && seconds > 0.2 ? qMax(0.0, (process.cpuSeconds - *known) * 100 / seconds) : -1;
    list.append({process, percent, depth});
  }
  running.processes = list;
  arrange();
  touchAll();
}

void ActivityModel::arrange() {
  QList<const Running*> order;
  for (const auto& running : std::as_const(m_instances)) {
    if (!m_talkingOnly || isTalking(running)) order << &running;
  }
  std::sort(order.begin(), order.end(), [](const Running* a, const Running* b) {
    return a->instance.started != b->instance.started ? a->instance.started > b->instance.started
                                                      : a->instance.id < b->instance.id;
  });
  QStringList ids;
  for (const auto* running : order) {
    ids << running->instance.id;
    if (!running->expanded) continue;
    for (const auto& measured : running->processes) {
      ids << running->instance.id + u'/' + QString::number(measured.process.pid);
    }
  }
  setRows(ids);
}

void ActivityModel::toggle(const QString& instance) {
  auto found = m_instances.find(instance);
  if (found == m_instances.end()) return;
  found->expanded = !found->expanded;
  arrange();
  touchRow(instance);
}

QVariant ActivityModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& id = rows()[index.row()];
  auto running = m_instances.constFind(id.section(u'/', 0, 0));
  if (running == m_instances.cend()) return {};
  if (role == IdRole) return id;
  if (role == InstanceRole) return running->instance.id;
  auto pid = id.section(u'/', 1);
  if (pid.isEmpty()) return ofInstance(*running, role);
  for (const auto& measured : running->processes) {
    if (measured.process.pid == pid.toInt()) return ofProcess(measured, role);
  }
  return {};
}

QVariant ActivityModel::ofInstance(const Running& running, int role) const {
  const auto& instance = running.instance;
  switch (role) {
    case DepthRole: return 0;
    case Qt::DisplayRole:
    case NameRole: return instance.name.isEmpty() ? m_names.nameOf(instance.app) : instance.name;
    case IconRole:
      return QUrl(QStringLiteral("image://app/") + QString::fromLatin1(QUrl::toPercentEncoding(instance.app)));
    case DetailRole: {
      QStringList parts;
      if (!instance.startedBy.isEmpty())
        parts << tr("started by %1", "a machine").arg(wording::isolated(instance.startedBy));
      if (auto network = networkText(running); !network.isEmpty()) parts << network;
      if (!instance.profile.isEmpty()) parts << tr("profile %1").arg(wording::isolated(instance.profile));
      parts << tr("since %1").arg(wording::moment(instance.started));
      if (auto screen = wording::screen(instance.desktop); !screen.isEmpty()) parts << screen;
      return parts.join(QStringLiteral(" · "));
    }
    case CpuRole: {
      double sum = -1;
      for (const auto& measured : running.processes) {
        if (measured.percent >= 0) sum = qMax(0.0, sum) + measured.percent;
      }
      return percentText(sum);
    }
    case MemoryRole: {
      quint64 sum = 0;
      for (const auto& measured : running.processes) sum += measured.process.memory;
      return sum ? wording::size(sum) : QString();
    }
    case OpenFilesRole: {
      int sum = 0;
      for (const auto& measured : running.processes) sum += int(measured.process.openFiles);
      return sum;
    }
    case ProcessesRole: return int(running.processes.size());
    case ExpandedRole: return running.expanded;
    case StateRole:
      if (instance.state == Terms::InstanceState::Starting) return tr("starting");
      if (instance.state == Terms::InstanceState::Stopping) return tr("stopping");
      return QString();
  }
  return {};
}

QVariant ActivityModel::ofProcess(const Measured& measured, int role) const {
  switch (role) {
    case DepthRole: return measured.depth;
    case Qt::DisplayRole:
    case NameRole: return measured.process.name;
    case IconRole: return QUrl();
    case DetailRole: return tr("process %1").arg(QLocale().toString(measured.process.pid));
    case CpuRole: return percentText(measured.percent);
    case MemoryRole: return wording::size(measured.process.memory);
    case OpenFilesRole: return int(measured.process.openFiles);
    case ProcessesRole: return 0;
    case ExpandedRole: return false;
    case StateRole: return QString();
  }
  return {};
}

QHash<int, QByteArray> ActivityModel::roleNames() const {
  return {{IdRole, "rowId"},
          {InstanceRole, "instance"},
          {DepthRole, "depth"},
          {NameRole, "name"},
          {IconRole, "portrait"},
          {DetailRole, "detail"},
          {CpuRole, "cpu"},
          {MemoryRole, "memory"},
          {OpenFilesRole, "openFiles"},
          {ProcessesRole, "processes"},
          {ExpandedRole, "expanded"},
          {StateRole, "stateText"}};
}

}  // namespace latchkey::ui
