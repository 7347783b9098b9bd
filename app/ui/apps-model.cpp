// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/apps-model.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QUrl>

#include "app/ui/alphabet.h"
#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

QString appOf(const QString& holder) { return holder.section(u'@', 0, 0); }

QList<QByteArray> words(const QString& command) {
  QList<QByteArray> list;
  const auto parts = QProcess::splitCommand(command);
  for (const auto& part : parts) list.append(QFile::encodeName(part));
  return list;
}

bool isProgram(const QString& word) {
  if (word.contains(u'/')) {
    QFileInfo file(word.startsWith(u"~/") ? QDir::homePath() + word.mid(1) : word);
    return file.isFile() && file.isExecutable();
  }
  return !QStandardPaths::findExecutable(word).isEmpty();
}

QList<QByteArray> localPaths(const QList<QUrl>& urls) {
  QList<QByteArray> paths;
  for (const auto& url : urls) {
    if (url.isLocalFile()) paths.append(QFile::encodeName(url.toLocalFile()));
  }
  return paths;
}

}  // namespace

AppsModel::AppsModel(Session& session, Catalog& catalog, QObject* parent)
    : OrderedRows(parent), m_session(session), m_catalog(catalog) {
  connect(&catalog, &Catalog::changed, this, &AppsModel::readCatalog);
  connect(&session, &Session::grantsRead, this, [this](const QList<Grant>& all) {
    m_grants.clear();
    for (auto& use : m_uses) use.held.clear();
    update(all);
  });
  connect(&session, &Session::grantsChanged, this, qOverload<const QList<Grant>&>(&AppsModel::update));
  connect(&session, &Session::instancesRead, this, [this](const QList<Instance>& all) {
    m_instances.clear();
    for (auto& use : m_uses) use.instances.clear();
    update(all);
  });
  connect(&session, &Session::instancesChanged, this, [this](const QList<Instance>& changed) {
    update(changed);
    for (const auto& instance : changed) {
      if (instance.lacked == u"own-sandboxes")
        Q_EMIT trouble(tr("%1 could not start. Allow it, on its page under Limits, to protect its own parts from each "
                          "other, and start it again.")
                           .arg(wording::isolated(nameOf(instance.app))));
    }
  });
  connect(&session, &Session::settingsRead, this, [this](const QList<Settings>& all) {
    for (const auto& settings : all) m_petnames.insert(settings.app, settings.petname);
    arrange();
    Q_EMIT namesChanged();
  });
  connect(&session, &Session::settingsChanged, this, [this](const QList<Settings>& changed) {
    for (const auto& settings : changed) setPetname(settings.app, settings.petname);
  });
  connect(&session, &Session::onlineChanged, this, [this] {
    if (m_session.online()) readRecent();
  });
  readCatalog();
}

void AppsModel::readCatalog() {
  m_apps.clear();
  m_confined.clear();
  const auto apps = m_catalog.apps();
  for (const auto& app : apps) {
    m_apps.insert(app.id, app);
    m_confined.insert(app.id, m_catalog.alwaysConfined(app.id));
  }
  arrange();
  Q_EMIT namesChanged();
}

void AppsModel::readRecent() {
  JournalFilter filter;
  filter.limit = 1000;
  m_session.journal(filter, this, [this](const QList<JournalEntry>& entries) {
    for (const auto& entry : entries) {
      if (entry.event != u"start") continue;
      auto& last = m_uses[appOf(entry.app)].last;
      last = qMax(last, entry.time);
    }
    arrange();
  });
}

void AppsModel::setSearch(const QString& search) {
  if (search == m_search) return;
  m_search = search;
  arrange();
  Q_EMIT searchChanged();
}

QString AppsModel::command() const {
  auto parts = QProcess::splitCommand(m_search.trimmed());
  return !parts.isEmpty() && isProgram(parts.first()) ? m_search.trimmed() : QString();
}

bool AppsModel::matches(const App& app) const {
  const auto parts = m_search.split(u' ', Qt::SkipEmptyParts);
  auto whole = QString(nameOf(app.id) + u' ' + app.name + u' ' + app.comment + u' ' + app.keywords.join(u' '));
  return std::all_of(parts.begin(), parts.end(),
                     [&](const QString& part) { return whole.contains(part, Qt::CaseInsensitive); });
}

void AppsModel::arrange() {
  struct Key {
    bool running;
    Nanos last;
    QCollatorSortKey name;
    QString id;
  };
  auto collator = alphabet();
  std::vector<Key> keys;
  for (const auto& app : std::as_const(m_apps)) {
    if (!matches(app)) continue;
    auto use = m_uses.value(app.id);
    keys.push_back({!use.instances.isEmpty(), use.last, collator.sortKey(nameOf(app.id)), app.id});
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    if (a.running != b.running) return a.running;
    if (a.last != b.last) return a.last > b.last;
    int order = a.name.compare(b.name);
    return order ? order < 0 : a.id < b.id;
  });
  QStringList ids;
  for (const auto& key : keys) ids << key.id;
  setRows(ids);
  touchAll();
}

void AppsModel::note(const Grant& grant, int sign) {
  if (grant.over()) return;
  auto& count = m_uses[appOf(grant.holder)].held[grant.kind];
  count = qMax(0, count + sign);
}

void AppsModel::update(const QList<Grant>& changed) {
  QSet<QString> touched;
  for (const auto& grant : changed) {
    auto app = appOf(grant.holder);
    auto known = m_grants.constFind(grant.id);
    if (known != m_grants.cend()) note(*known, -1);
    note(grant, 1);
    m_grants.insert(grant.id, grant);
    auto profile = grant.holder.section(u'@', 1);
    auto& profiles = m_uses[app].profiles;
    if (!profile.isEmpty() && !profiles.contains(profile)) profiles << profile;
    if (!grant.holderName.isEmpty() && !m_petnames.contains(app) && !m_apps.contains(app)) {
      m_petnames.insert(app, grant.holderName);
    }
    touched.insert(app);
  }
  for (const auto& app : touched) touchRow(app);
}

void AppsModel::update(const QList<Instance>& changed) {
  for (const auto& instance : changed) {
    auto& use = m_uses[instance.app];
    use.instances.removeAll(instance.id);
    if (instance.state != Terms::InstanceState::Ended) {
      use.instances << instance.id;
      use.last = qMax(use.last, instance.started);
      if (!instance.profile.isEmpty() && !use.profiles.contains(instance.profile)) use.profiles << instance.profile;
    }
    if (!instance.name.isEmpty() && !m_petnames.contains(instance.app) && !m_apps.contains(instance.app)) {
      m_petnames.insert(instance.app, instance.name);
    }
  }
  arrange();
}

QString AppsModel::nameOf(const QString& holder) const {
  auto other = m_others.constFind(holder);
  if (other != m_others.cend()) return other->name;
  auto app = appOf(holder);
  auto petname = m_petnames.value(app);
  if (!petname.isEmpty()) return petname;
  auto found = m_apps.constFind(app);
  if (found != m_apps.cend()) return found->name;
  if (app.startsWith(u"command:") || app.startsWith(u"appimage:")) return app.section(u'/', -1);
  return app;
}

QString AppsModel::wholeNameOf(const QString& holder) const {
  auto profile = holder.section(u'@', 1);
  return profile.isEmpty() ? nameOf(holder) : nameOf(holder) + QStringLiteral(" (") + profile + u')';
}

int AppsModel::stripeOf(const QString& holder) const {
  auto other = m_others.constFind(holder);
  return other == m_others.cend() ? -1 : other->stripe;
}

void AppsModel::setOthers(const QHash<QString, OtherHolder>& others) {
  if (others == m_others) return;
  m_others = others;
  Q_EMIT namesChanged();
}

void AppsModel::setPetname(const QString& id, const QString& petname) {
  if (m_petnames.value(id) == petname) return;
  m_petnames.insert(id, petname);
  arrange();
  Q_EMIT namesChanged();
}

const App* AppsModel::find(const QString& id) const {
  auto found = m_apps.constFind(id);
  return found == m_apps.cend() ? nullptr : &*found;
}

QVariant AppsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& id = rows()[index.row()];
  const auto& app = *m_apps.constFind(id);
  const auto use = m_uses.value(id);
  switch (role) {
    case IdRole: return id;
    case Qt::DisplayRole:
    case NameRole: return nameOf(id);
    case CommentRole: return app.comment;
    case IconRole: return QUrl(QStringLiteral("image://app/") + QString::fromLatin1(QUrl::toPercentEncoding(id)));
    case SourceRole: return app.source;
    case RunningRole: return int(use.instances.size());
    case HoldsRole: {
      QStringList symbols;
      for (auto it = use.held.cbegin(); it != use.held.cend(); ++it) {
        auto symbol = wording::symbol(it.key());
        if (it.value() > 0 && !symbols.contains(symbol)) symbols << symbol;
      }
      return symbols;
    }
    case HoldCountRole: return std::accumulate(use.held.cbegin(), use.held.cend(), 0);
    case ConfinedRole: return m_confined.value(id);
    case ActionsRole: {
      QStringList list;
      for (const auto& action : app.actions) list << action.id << action.name;
      return list;
    }
    case ProfilesRole: return use.profiles;
  }
  return {};
}

QHash<int, QByteArray> AppsModel::roleNames() const {
  return {{IdRole, "appId"},          {NameRole, "name"},       {CommentRole, "comment"},  {IconRole, "portrait"},
          {SourceRole, "source"},     {RunningRole, "running"}, {HoldsRole, "holds"},      {HoldCountRole, "holdCount"},
          {ConfinedRole, "confined"}, {ActionsRole, "actions"}, {ProfilesRole, "profiles"}};
}

void AppsModel::start(const QString& id, const QString& profile) {
  Launch launch;
  launch.app = id;
  launch.profile = profile;
  m_session.launch(launch);
}

void AppsModel::startAction(const QString& id, const QString& action) {
  Launch launch;
  launch.app = id;
  launch.action = action;
  m_session.launch(launch);
}

void AppsModel::tryOut(const QString& id) {
  Launch launch;
  launch.app = id;
  launch.throwaway = true;
  m_session.launch(launch);
}

void AppsModel::startCommand() {
  if (command().isEmpty()) return;
  Launch launch;
  launch.command = words(command());
  m_session.launch(launch);
}

void AppsModel::startWith(const QString& id, const QList<QUrl>& files) {
  Launch launch;
  launch.app = id;
  launch.dropped = localPaths(files);
  m_session.launch(launch);
}

void AppsModel::startDropped(const QList<QUrl>& files) {
  for (const auto& url : files) {
    if (!url.isLocalFile() || !url.path().endsWith(u".appimage", Qt::CaseInsensitive)) continue;
    Launch launch;
    launch.app = url.toLocalFile();
    m_session.launch(launch);
    return;
  }
  Q_EMIT trouble(tr("Drop files on the app that should open them, or drop an AppImage here to start it."));
}

void AppsModel::stop(const QString& id) {
  const auto instances = m_uses.value(id).instances;
  for (const auto& instance : instances) m_session.stop(instance);
}

void AppsModel::setConfined(const QString& id, bool on) {
  auto failure = m_catalog.setAlwaysConfined(id, on);
  if (!failure.isEmpty()) Q_EMIT trouble(failure);
  m_confined.insert(id, m_catalog.alwaysConfined(id));
  touchRow(id);
}

}  // namespace latchkey::ui
