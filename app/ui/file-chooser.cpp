// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/file-chooser.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <QDir>
#include <QMimeDatabase>
#include <QPointer>

#include "app/ui/background.h"
#include "app/ui/wording.h"
#include "broker/base/text.h"

namespace latchkey::ui {
namespace {

constexpr int SLOW_MS = 4000;
constexpr int TYPING_MS = 250;
constexpr int WATCH_MS = 700;
constexpr qsizetype MOST_BACK = 50;

QString shownBytes(const QByteArray& bytes) {
  return QString::fromStdString(brief(std::string_view(bytes.constData(), size_t(bytes.size())), 255));
}

QByteArray parentOf(const QByteArray& path) { return path.left(qMax(path.lastIndexOf('/'), qsizetype(1))); }

QString whyNot(int error) {
  switch (error) {
    case EPERM: return FileChooser::tr("Latchkey keeps its own things here. No app can be given them.");
    case EACCES: return FileChooser::tr("You may not look into this folder.");
    case ENOENT: return FileChooser::tr("There is no such folder any more.");
    case ENOTDIR: return FileChooser::tr("This is no folder.");
    default: return FileChooser::tr("This folder cannot be read: %1.").arg(qt_error_string(error));
  }
}

AppOption optionOf(const ChooserOption& wish) {
  AppOption option{wish.label, {}, 0};
  for (qsizetype i = 0; i < wish.entries.size(); ++i) {
    option.entries << wish.entries[i].value;
    if (wish.entries[i].id == wish.selected) option.selected = int(i);
  }
  if (wish.entries.isEmpty()) option.selected = wish.selected == u"true";
  return option;
}

}  // namespace

FileChooser::FileChooser(Question& question, Catalog& catalog, ChooserWorld world, QByteArray lastFolder,
                         QObject* parent)
    : QObject(parent),
      m_question(question),
      m_catalog(catalog),
      m_world(std::move(world)),
      m_wish(question.request().chooser.value_or(ChooserWish())) {
  m_files.setSeveral(several());
  m_how.foldersOnly = folders();
  m_filter = int(m_wish.filter) < m_wish.filters.size() ? int(m_wish.filter) : 0;
  m_how.filter = m_wish.filters.value(m_filter);
  for (const auto& option : std::as_const(m_wish.options)) m_options.append(optionOf(option));
  if (naming()) m_name = shownBytes(m_wish.name);
  m_slow.setSingleShot(true);
  m_slow.setInterval(SLOW_MS);
  connect(&m_slow, &QTimer::timeout, this, [this] {
    m_problem = tr("This disk does not answer. You can go elsewhere.");
    Q_EMIT stateChanged();
  });
  m_searching.setSingleShot(true);
  m_searching.setInterval(TYPING_MS);
  connect(&m_searching, &QTimer::timeout, this, &FileChooser::lookFor);
  connect(&m_files, &FolderModel::selectionChanged, this, &FileChooser::selectionChanged);
  m_placing = FarErrand([this, home = m_world.home, mounts = m_world.mounts](FarErrand::Tie& tie) {
    tie.tell([this, places = chooserPlaces(home, mounts)] {
      m_places = places;
      Q_EMIT placesChanged();
      Q_EMIT folderChanged();
    });
  });
  // The app's wish, where its person was last, the home: the first of them that is a folder.
  auto wanted = m_wish.folder.startsWith('/') ? m_wish.folder : lastFolder;
  m_wanted = m_folder = m_world.home;
  m_going = FarErrand([this, wanted, home = m_world.home, fence = m_world.fence](FarErrand::Tie& tie) {
    struct stat facts{};
    bool there = !wanted.isEmpty() && stat(wanted.constData(), &facts) == 0 && S_ISDIR(facts.st_mode) &&
                 !behindFence(fence, wanted);
    tie.tell([this, path = there ? wanted : home] { read(path); });
  });
  begin();
}

FileChooser::~FileChooser() {
  if (m_arranging) *m_arranging = true;
}

QString FileChooser::task() const { return m_question.wish(); }

QStringList FileChooser::names() const {
  QStringList list;
  for (const auto& name : m_wish.names) list << shownBytes(name);
  return list;
}

QString FileChooser::verb() const {
  if (saves()) return tr("Save");
  if (folders()) return m_files.selectedCount() == 0 ? tr("Use this folder") : tr("Use");
  return tr("Open");
}

bool FileChooser::ready() const {
  if (m_taking) return false;
  if (naming()) return !m_folder.isEmpty() && !m_name.isEmpty() && nameTrouble().isEmpty();
  if (folders()) return !folderToUse().isEmpty() || m_files.selectedCount() > 0;
  return m_files.selectedCount() > 0;
}

QByteArray FileChooser::folderToUse() const {
  return m_problem.isEmpty() && m_search.isEmpty() ? m_folder : QByteArray();
}

// --- where
// ------------------------------------------------------------------------------------------------------------

int FileChooser::place() const {
  int best = -1;
  for (int i = 0; i < m_places.size(); ++i) {
    const auto& place = m_places[i];
    if (place.kind == ChooserPlace::Recent ? m_wanted.isEmpty() : place.path == m_wanted) best = i;
    if (best >= 0) break;
  }
  return best;
}

QStringList FileChooser::crumbs() const {
  if (m_wanted.isEmpty()) return {tr("Recent")};
  QStringList list;
  auto rest = m_wanted;
  if (rest == m_world.home || rest.startsWith(m_world.home + '/')) {
    list << tr("Home");
    rest = rest.mid(m_world.home.size());
  } else {
    list << tr("Computer");
  }
  for (const auto& part : rest.split('/')) {
    if (!part.isEmpty()) list << shownBytes(part);
  }
  return list;
}

QString FileChooser::folder() const {
  return m_wanted.isEmpty() ? QString() : wording::path(QString::fromLocal8Bit(m_wanted));
}

void FileChooser::openPlace(int index) {
  if (index < 0 || index >= m_places.size()) return;
  go(m_places[index].path);
}

void FileChooser::openCrumb(int index) {
  auto steps = crumbs().size() - 1 - index;
  auto path = m_wanted;
  if (steps <= 0 && m_search.isEmpty()) return;
  QByteArray child;
  for (; steps > 0; --steps) {
    child = path.mid(path.lastIndexOf('/') + 1);
    path = parentOf(path);
  }
  go(path, child);
}

void FileChooser::up() {
  if (!m_wanted.isEmpty() && m_wanted != "/") go(parentOf(m_wanted), m_wanted.mid(m_wanted.lastIndexOf('/') + 1));
}

void FileChooser::back() {
  if (m_before.isEmpty()) return;
  auto path = m_before.takeLast();
  go(path);
  m_before.removeLast();
}

void FileChooser::goTo(const QString& typed) {
  if (typed.isEmpty()) return;
  auto path = typed.toUtf8();
  if (path == "~" || path.startsWith("~/")) path = m_world.home + path.mid(1);
  else if (!path.startsWith('/')) path = (m_wanted.isEmpty() ? m_world.home : m_wanted) + '/' + path;
  path = QDir::cleanPath(QString::fromLatin1(path)).toLatin1();  // Byte by byte: only "/" and "." matter here.
  m_going = FarErrand([this, path, naming = naming()](FarErrand::Tie& tie) {
    struct stat facts{};
    auto name = path.mid(path.lastIndexOf('/') + 1);
    bool there = stat(path.constData(), &facts) == 0;
    if (there && S_ISDIR(facts.st_mode)) return tie.tell([this, path] { go(path); });
    if (there) return tie.tell([this, path, name] { go(parentOf(path), name); });
    bool placeThere = stat(parentOf(path).constData(), &facts) == 0 && S_ISDIR(facts.st_mode);
    tie.tell([this, path, name, saving = naming && placeThere] {
      if (saving) {
        go(parentOf(path));
        setName(QString::fromUtf8(name));
      } else {
        end(tr("There is no “%1”.").arg(wording::isolated(shownBytes(name))));
      }
    });
  });
}

void FileChooser::go(const QByteArray& path, const QByteArray& select) {
  m_before.append(m_wanted);
  if (m_before.size() > MOST_BACK) m_before.removeFirst();
  m_searching.stop();
  if (!m_search.isEmpty()) {
    m_search.clear();
    Q_EMIT searchChanged();
  }
  m_select = select;
  m_files.clear();
  read(path);
}

void FileChooser::begin() {
  m_busy = true;
  m_problem.clear();
  m_slow.start();
  Q_EMIT stateChanged();
  Q_EMIT readyChanged();
}

void FileChooser::end(const QString& problem) {
  m_busy = false;
  m_slow.stop();
  m_problem = problem;
  Q_EMIT stateChanged();
  Q_EMIT readyChanged();
}

void FileChooser::read(const QByteArray& path) {
  m_wanted = path;
  m_folder.clear();
  begin();
  Q_EMIT folderChanged();
  m_reading = FarErrand([this, path, fence = m_world.fence, recent = m_world.recent](FarErrand::Tie& tie) {
    auto off = [&] { return tie.off(); };
    auto tell = [&](const Listing& listing, bool whole) {
      tie.tell([this, told = std::make_shared<const Listing>(listing), whole] { take(told, whole); });
    };
    if (path.isEmpty()) return tell(readRecent(recent, fence, off), true);
    for (;;) {
      // Looked at before it is read: what comes meanwhile is read once more.
      auto stamp = stampOf(path);
      tell(readFolder(path, fence, off, [&](const Listing& sofar) { tell(sofar, false); }), true);
      do {
        if (!tie.rest(WATCH_MS)) return;
      } while (stampOf(path) == stamp);
    }
  });
  if (m_reading.refused()) end(tr("This disk does not answer. You can go elsewhere."));
}

void FileChooser::take(const std::shared_ptr<const Listing>& listing, bool whole) {
  m_listing = listing;
  if (whole) {
    end(listing->error ? whyNot(listing->error) : QString());
    // Its own name, where a link led there.
    if (m_search.isEmpty() && !m_wanted.isEmpty() && !listing->folder.isEmpty()) m_wanted = listing->folder;
    m_folder = listing->error ? QByteArray() : m_wanted;
    Q_EMIT folderChanged();
    Q_EMIT readyChanged();
  }
  arrange();
}

void FileChooser::arrange() {
  if (!m_listing) return;
  if (m_arranging) *m_arranging = true;
  m_arranging = std::make_shared<std::atomic<bool>>(false);
  auto off = [flag = m_arranging] { return flag->load(); };
  inBackground(
      this, [listing = m_listing, how = m_how, off] { return arranged(*listing, how, off); },
      [this, off](const QList<FileEntry>& rows) {
        if (!off()) shown(rows);
      });
}

void FileChooser::shown(const QList<FileEntry>& rows) {
  m_files.show(m_listing->folder, rows);
  if (!m_select.isEmpty()) {
    m_files.selectNamed(m_select);
    if (m_files.current() >= 0) m_select.clear();
  }
  Q_EMIT stateChanged();
}

QString FileChooser::note() const {
  if (!m_listing || !m_listing->more) return {};
  if (m_search.isEmpty())
    return tr("There is more in this folder than can be listed. Search for it, or type its name.");
  return tr("There is more that fits. Search for more of its name.");
}

// --- how it is shown
// --------------------------------------------------------------------------------------------------

void FileChooser::setHidden(bool hidden) {
  if (hidden == m_how.hidden) return;
  m_how.hidden = hidden;
  Q_EMIT orderChanged();
  if (m_search.isEmpty()) arrange();
  else lookFor();
}

void FileChooser::sortBy(int column) {
  if (column < Arrangement::Name || column > Arrangement::Date) return;
  m_how.descending = column == m_how.column && !m_how.descending;
  m_how.column = Arrangement::Column(column);
  Q_EMIT orderChanged();
  arrange();
}

QStringList FileChooser::filters() const {
  QStringList list;
  for (const auto& filter : m_wish.filters) {
    auto what = (filter.globs + filter.types).mid(0, 4).join(QStringLiteral(", "));
    if ((filter.globs + filter.types).size() > 4) what += QStringLiteral(", …");
    what = QString::fromStdString(brief(what.toStdString(), 60));
    list << (filter.name.isEmpty() ? what : filter.name);
  }
  return list;
}

void FileChooser::setFilter(int filter) {
  if (filter < 0 || filter >= m_wish.filters.size() || filter == m_filter) return;
  m_filter = filter;
  m_how.filter = m_wish.filters[filter];
  Q_EMIT orderChanged();
  arrange();
}

void FileChooser::setSearch(const QString& words) {
  if (words == m_search) return;
  bool was = !m_search.isEmpty();
  m_search = words;
  Q_EMIT searchChanged();
  if (!words.trimmed().isEmpty()) return m_searching.start();
  m_searching.stop();
  if (was) read(m_wanted);
}

void FileChooser::lookFor() {
  if (m_wanted.isEmpty()) m_wanted = m_world.home;
  begin();
  m_reading = FarErrand([this, path = m_wanted, words = m_search.trimmed(), hidden = m_how.hidden,
                         fence = m_world.fence](FarErrand::Tie& tie) {
    auto found = searchFolder(path, words, hidden, fence, [&] { return tie.off(); });
    tie.tell([this, told = std::make_shared<const Listing>(std::move(found))] { take(told, true); });
  });
}

void FileChooser::setOption(int option, int value) {
  if (option < 0 || option >= m_options.size() || value < 0) return;
  if (value >= qMax(2, int(m_options[option].entries.size()))) return;
  m_options[option].selected = value;
  Q_EMIT optionsChanged();
}

// --- what is picked
// ---------------------------------------------------------------------------------------------------

const FileEntry* FileChooser::picked() const {
  return m_files.selectedCount() == 1 ? m_files.at(m_files.current()) : nullptr;
}

void FileChooser::selectionChanged() {
  auto* entry = picked();
  if (naming() && entry && !entry->isFolder) setName(shownBytes(entry->name));
  m_lines.clear();
  auto number = ++m_peek;
  if (entry && !entry->isFolder && picture().isEmpty()) {
    Object thing;
    thing.path = m_files.pathOf(*entry);
    thing.device = entry->device;
    thing.inode = entry->inode;
    QPointer<FileChooser> self(this);
    m_catalog.peek(thing, [self, number, main = QPointer<QObject>(&m_catalog)](const QStringList& lines) {
      if (!main) return;
      QMetaObject::invokeMethod(main.get(), [self, number, lines] {
        if (!self || self->m_peek != number) return;
        self->m_lines = lines;
        Q_EMIT self->linesChanged();
      });
    });
  }
  Q_EMIT pickedChanged();
  Q_EMIT linesChanged();
  Q_EMIT readyChanged();
}

QString FileChooser::pickedName() const {
  auto* entry = picked();
  return entry ? shownBytes(entry->name) : QString();
}

QString FileChooser::pickedFacts() const {
  if (m_files.selectedCount() > 1) return tr("%Ln things selected", "", m_files.selectedCount());
  auto* entry = picked();
  if (!entry) return {};
  auto changed = tr("changed %1").arg(wording::moment(entry->modified));
  return entry->isFolder ? changed : wording::size(entry->size) + QStringLiteral(" · ") + changed;
}

QUrl FileChooser::picture() const {
  auto* entry = picked();
  if (!entry || entry->isFolder) return {};
  auto type = QMimeDatabase().mimeTypeForFile(QString::fromUtf8(entry->name), QMimeDatabase::MatchExtension);
  if (!type.name().startsWith(u"image/")) return {};
  return QUrl(QStringLiteral("image://preview/%1/%2/").arg(entry->device).arg(entry->inode) +
              QString::fromLatin1(m_files.pathOf(*entry).toPercentEncoding()));
}

void FileChooser::setName(const QString& name) {
  if (name == m_name) return;
  m_name = name;
  Q_EMIT nameChanged();
  Q_EMIT readyChanged();
}

QByteArray FileChooser::nameBytes() const {
  // What cannot be shown as it is stays as it is, unless the person changed it.
  if (m_name == shownBytes(m_wish.name) && !m_wish.name.contains('/')) return m_wish.name;
  auto* entry = picked();
  if (entry && m_name == shownBytes(entry->name)) return entry->name;
  return m_name.toUtf8();
}

void FileChooser::openRow(int row) {
  auto* entry = m_files.at(row);
  if (!entry) return;
  if (entry->isFolder) return go(m_files.pathOf(*entry));
  if (m_files.selectedCount() < 2) m_files.select(row, FolderModel::Only);
  accept();
}

void FileChooser::makeFolder(const QString& name) {
  if (name.isEmpty() || !nameProblem(name).isEmpty() || m_folder.isEmpty()) return;
  auto bytes = name.toUtf8();
  m_sending = FarErrand([this, folder = m_folder, bytes, fence = m_world.fence](FarErrand::Tie& tie) {
    auto problem = FileTaking(fence).makeFolder(folder, bytes);
    tie.tell([this, problem, made = folder + '/' + bytes] {
      if (problem.isEmpty()) go(made);
      else end(problem);
    });
  });
}

void FileChooser::accept() {
  if (!ready() || !m_question.armed()) return;
  auto folder = folderToUse();
  if (naming())
    return send([folder = m_folder, name = nameBytes()](const FileTaking& taking) {
      return taking.takeName(folder, name, 0, 0);
    });
  if (m_wish.purpose == ChooserWish::Purpose::SaveFiles) {
    auto* entry = picked();
    auto into = entry ? m_files.pathOf(*entry) : folder;
    return send([into, names = m_wish.names](const FileTaking& taking) { return taking.takeNames(into, names); });
  }
  auto selected = m_files.selected();
  if (!folders()) {
    if (selected.size() == 1 && selected[0].isFolder) return go(m_files.pathOf(selected[0]));
    selected.removeIf([](const FileEntry& entry) { return entry.isFolder; });
  }
  QList<FileTaking::Wanted> things;
  for (const auto& entry : std::as_const(selected))
    things.append({m_files.pathOf(entry), entry.isFolder, entry.device, entry.inode});
  if (things.isEmpty() && !folder.isEmpty())
    return send([folder](const FileTaking& taking) { return taking.takeFolder(folder); });
  send([things](const FileTaking& taking) { return taking.take(things); });
}

void FileChooser::overwrite() {
  if (m_overwriting.overwritten.isEmpty()) return;
  auto about = std::exchange(m_overwriting, {});
  Q_EMIT overwrittenChanged();
  send([folder = m_folder, about](const FileTaking& taking) {
    return taking.takeName(folder, about.overwritten, about.device, about.inode);
  });
}

void FileChooser::keep() {
  m_overwriting = {};
  Q_EMIT overwrittenChanged();
}

QString FileChooser::overwritten() const { return shownBytes(m_overwriting.overwritten); }

void FileChooser::send(std::function<Taken(const FileTaking&)> work) {
  m_taking = true;
  begin();
  m_sending = FarErrand([this, work = std::move(work), fence = m_world.fence](FarErrand::Tie& tie) {
    tie.tell([this, taken = work(FileTaking(fence))] { finish(taken); });
  });
  if (m_sending.refused()) {
    m_taking = false;
    end(tr("This disk does not answer. You can go elsewhere."));
  }
}

void FileChooser::finish(const Taken& taken) {
  m_taking = false;
  end(taken.problem);
  if (!taken.overwritten.isEmpty()) {
    m_overwriting = taken;
    Q_EMIT overwrittenChanged();
    return;
  }
  if (taken.chosen.isEmpty()) return;
  Picked picked;
  picked.chosen = taken.chosen;
  picked.filter = quint32(m_filter);
  for (qsizetype i = 0; i < m_options.size(); ++i) {
    const auto& wish = m_wish.options[i];
    auto selected = m_options[i].selected;
    auto value =
        wish.entries.isEmpty() ? QString::fromLatin1(selected ? "true" : "false") : wish.entries.value(selected).id;
    picked.choices.append({wish.id, value});
  }
  Q_EMIT pickedIn(parentOf(taken.chosen[0].path));
  m_question.pick(picked);
  m_question.allow();
}

}  // namespace latchkey::ui
