// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/invitations.h"

#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QLocale>
#include <QMimeData>

#include "app/ui/wording.h"
#include "broker/base/files.h"
#include "broker/base/log.h"

namespace latchkey::ui {
namespace {

constexpr int AGAIN_MS = 2000;

Nanos now() { return QDateTime::currentMSecsSinceEpoch() * 1'000'000; }

QString moment(Nanos time) {
  auto when = QDateTime::fromMSecsSinceEpoch(time / 1'000'000);
  if (when.date() != QDate::currentDate().addDays(1)) return wording::exactly(when);
  return Invitations::tr("tomorrow, %1", "a time").arg(QLocale().toString(when.time(), QLocale::ShortFormat));
}

}  // namespace

Invitations::Invitations(MachineLine& line, Undo& undo, QObject* parent)
    : QAbstractListModel(parent), m_line(line), m_undo(undo) {
  m_again.setInterval(AGAIN_MS);
  connect(&m_again, &QTimer::timeout, this, &Invitations::read);
  connect(&line, &MachineLine::machinesRead, this, &Invitations::read);
}

void Invitations::setWatching(bool watching) {
  if (watching == this->watching()) return;
  if (watching) {
    m_again.start();
    read();
  } else {
    m_again.stop();
  }
  Q_EMIT changed();
}

void Invitations::read() {
  if (m_line.online()) m_line.invitations(this, [this](const QList<Invitation>& list) { take(list); });
}

void Invitations::take(const QList<Invitation>& list) {
  QList<Invitation> open;
  QHash<QString, bool> known;
  QList<Invitation> usedNow;
  for (const auto& one : list) {
    known.insert(one.id, one.used == 0);
    if (one.used && m_known.value(one.id)) usedNow << one;
    if (!one.used && one.until > now()) open << one;
  }
  m_known = known;
  auto same = [](const Invitation& a, const Invitation& b) { return a.id == b.id && a.until == b.until; };
  if (!std::ranges::equal(open, m_open, same)) {
    beginResetModel();
    m_open = open;
    endResetModel();
    Q_EMIT changed();
  }
  for (const auto& one : usedNow) Q_EMIT used(one.id, one.by);
}

QVariant Invitations::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& one = m_open[index.row()];
  switch (role) {
    case IdRole: return one.id;
    case Qt::DisplayRole:
    case MadeRole: return wording::moment(one.made);
    case UntilRole: return moment(one.until);
  }
  return {};
}

QHash<int, QByteArray> Invitations::roleNames() const {
  return {{IdRole, "invitationId"}, {MadeRole, "made"}, {UntilRole, "lasting"}};
}

QString Invitations::until() const { return m_made.until ? moment(m_made.until) : QString(); }

void Invitations::make() {
  putAway();
  m_line.invite(this, [this](const QString& fault, const Invitation& made) {
    m_fault = fault;
    m_made = made;
    if (fault.isEmpty()) m_known.insert(made.id, true);
    Q_EMIT changed();
    read();
  });
}

void Invitations::putAway() {
  m_made = {};
  m_fault.clear();
  m_copied = false;
  Q_EMIT changed();
}

void Invitations::cancel(const QString& invitation) {
  m_line.cancelInvitation(invitation, this, [this, invitation](const QString& fault) {
    m_known.remove(invitation);
    m_undo.did(fault.isEmpty() ? tr("The invitation is good for nothing any more") : fault);
    read();
  });
}

void Invitations::copyLink() {
  if (m_made.link.isEmpty()) return;
  auto* data = new QMimeData;  // The clipboard owns it.
  data->setText(m_made.link);
  data->setData(QStringLiteral("x-kde-passwordManagerHint"), "secret");
  QGuiApplication::clipboard()->setMimeData(data);
  m_copied = true;
  Q_EMIT changed();
}

void Invitations::saveLink(const QUrl& file) {
  auto path = file.toLocalFile();
  if (path.isEmpty() || m_made.link.isEmpty()) return;
  m_errand = FarErrand([this, path, link = m_made.link](FarErrand::Tie& tie) {
    QString fault;
    try {
      replaceFile(path.toStdString(), link.toStdString() + "\n");
    } catch (const kj::Exception& exception) {
      fault = QString::fromStdString(reason(exception)).left(200);
    }
    tie.tell([this, path, fault] {
      auto name = wording::isolated(path.section(u'/', -1));
      m_undo.did(fault.isEmpty() ? tr("Written to %1").arg(name) : tr("It could not be written: %1").arg(fault));
    });
  });
  if (m_errand.refused()) m_undo.did(tr("The disk does not answer"));
}

}  // namespace latchkey::ui
