// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/repositories.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "app/ui/package-words.h"
#include "app/ui/wording.h"
#include "launcher/bundle/minisign.h"

namespace latchkey::ui {
namespace {

constexpr qsizetype LARGEST_KEY_FILE = 4096, GROUP = 8;

std::optional<PublicKey> keyOf(const QString& typed) { return PublicKey::parse(typed.trimmed().toStdString()); }

// Of a file that somebody else made: all of it, or a fault.
QByteArray contentOf(const QByteArray& path, QString& fault) {
  int fd = ::open(path.constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat status{};
  QByteArray content(LARGEST_KEY_FILE + 1, '\0');
  ssize_t length = -1;
  if (fd < 0) fault = Repositories::tr("It cannot be opened: %1").arg(QString::fromLocal8Bit(strerror(errno)));
  else if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) fault = Repositories::tr("That is no file.");
  else length = ::read(fd, content.data(), size_t(content.size()));
  if (fd >= 0) ::close(fd);
  content.resize(std::max<ssize_t>(0, length));
  return content;
}

}  // namespace

Repositories::Repositories(Session& session, PackageLine& line, Undo& undo, QObject* parent)
    : OrderedRows(parent), m_session(session), m_line(line), m_undo(undo) {
  connect(&line, &PackageLine::repositoriesTold, this, [this](const QList<FollowedRepository>& all) {
    m_all.clear();
    for (const auto& one : all) m_all.insert(one.followed, one);
    auto wanted = m_all.keys();
    std::ranges::sort(wanted, [&](const QString& one, const QString& other) {
      return std::tie(m_all[one].id, one) < std::tie(m_all[other].id, other);
    });
    setRows(wanted);
    touchAll();
  });
  connect(&session, &Session::onlineChanged, this, [this] {
    m_asking.clear();
    touchAll();
  });
}

QVariant Repositories::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= count()) return {};
  const auto one = m_all.value(rows()[index.row()]);
  switch (role) {
    case FollowedRole: return one.followed;
    case NameRole: return one.id.isEmpty() ? tr("A repository") : one.id;
    case PlaceRole: return one.location;
    case KeyRole: return one.keyId.isEmpty() ? QString() : tr("Signed by the key %1").arg(wording::isolated(one.keyId));
    case LineRole: return wording::extent(one);
    case ProblemRole: return wording::problem(one);
    case AskingRole: return m_asking.contains(one.followed);
    default: return {};
  }
}

QHash<int, QByteArray> Repositories::roleNames() const {
  return {{FollowedRole, "followed"}, {NameRole, "name"},       {PlaceRole, "place"},  {KeyRole, "key"},
          {LineRole, "line"},         {ProblemRole, "problem"}, {AskingRole, "asking"}};
}

void Repositories::setPlace(const QString& place) {
  if (place == m_place) return;
  m_place = place;
  m_fault.clear();
  Q_EMIT draftChanged();
}

void Repositories::setKey(const QString& key) {
  if (key == m_key) return;
  m_key = key;
  m_fault.clear();
  m_keyFault = key.trimmed().isEmpty() || keyOf(key) ? QString()
                                                     : tr("That is no key: it begins with RW, and has 56 characters.");
  Q_EMIT draftChanged();
}

// As it stands on a publisher's page, to be followed with a finger.
QString Repositories::keyShown() const {
  auto key = keyOf(m_key);
  if (!key) return {};
  auto line = QString::fromStdString(key->line());
  QStringList groups;
  for (qsizetype at = 0; at < line.size(); at += GROUP) groups << line.mid(at, GROUP);
  return groups.join(u' ');
}

QString Repositories::keyId() const {
  auto key = keyOf(m_key);
  return key ? QString::fromStdString(key->idText()) : QString();
}

bool Repositories::possible() const { return m_adding && !m_busy && !m_place.trimmed().isEmpty() && keyOf(m_key); }

void Repositories::show() {
  if (m_open) return;
  m_open = true;
  Q_EMIT openChanged();
}

void Repositories::close() {
  cancel();
  m_open = false;
  Q_EMIT openChanged();
}

void Repositories::begin() {
  if (m_busy) return;
  m_adding = true;
  m_place.clear();
  m_key.clear();
  m_keyFault.clear();
  m_fault.clear();
  Q_EMIT draftChanged();
}

void Repositories::cancel() {
  ++m_turn;
  m_errand = FarErrand();
  m_adding = m_busy = false;
  Q_EMIT draftChanged();
}

void Repositories::takeKey(const QUrl& file) {
  auto path = file.toLocalFile().toLocal8Bit();
  if (path.isEmpty() || m_busy) return;
  show();
  if (!m_adding) begin();
  m_errand = FarErrand([this, path](FarErrand::Tie& tie) {
    QString fault;
    auto content = contentOf(path, fault);
    tie.tell([this, content, fault] { readKey(content, fault); });
  });
  if (m_errand.refused()) readKey({}, tr("The disk does not answer"));
}

void Repositories::readKey(const QByteArray& content, const QString& fault) {
  auto key = content.size() > LARGEST_KEY_FILE ? std::nullopt : PublicKey::parse(content.toStdString());
  m_key = key ? QString::fromStdString(key->line()) : QString();
  m_keyFault = !fault.isEmpty() ? fault : key ? QString() : tr("There is no key in that file.");
  Q_EMIT draftChanged();
}

void Repositories::follow() {
  if (!possible()) return;
  m_busy = true;
  m_fault.clear();
  Q_EMIT draftChanged();
  auto turn = ++m_turn;
  m_line.follow(
      m_place.trimmed(), QString::fromStdString(keyOf(m_key)->line()), this,
      [this, turn](const QString& why, const FollowedRepository& repository) {
        // Also where the sheet was closed meanwhile: it can be taken back.
        if (why.isEmpty())
          m_undo.did(
              tr("You follow %1. Nothing is installed by that", "a repository").arg(wording::isolated(repository.id)),
              [this, followed = repository.followed] { unfollow(followed); });
        if (turn != m_turn) return;
        why.isEmpty() ? cancel() : failed(why);
      });
}

void Repositories::failed(const QString& fault) {
  m_busy = false;
  m_fault = tr("It is not followed: %1").arg(fault);
  Q_EMIT draftChanged();
}

void Repositories::unfollow(const QString& followed) {
  auto name = wording::isolated(m_all.value(followed).id);
  m_line.unfollow(followed, this, [this, name](const QString& fault) {
    m_undo.did(fault.isEmpty()
                   ? tr("%1 is not followed any more. What is installed from it stays", "a repository").arg(name)
                   : fault);
  });
}

void Repositories::refresh(const QString& followed) {
  if (m_asking.contains(followed)) return;
  m_asking.insert(followed);
  touchRow(followed);
  m_line.refresh(followed, this, [this, followed](const QString& fault) {
    m_asking.remove(followed);
    touchRow(followed);
    if (!fault.isEmpty()) m_undo.did(fault);
  });
}

}  // namespace latchkey::ui
