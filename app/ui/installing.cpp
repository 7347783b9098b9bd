// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/installing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "app/ui/package-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {

using State = ClaimChange::State;
using Step = PackageSheet::Step;

namespace {

const auto BETWEEN = QStringLiteral(" · ");

bool asksMore(const ClaimChange& change) { return change.state == State::New || change.state == State::Wider; }

bool isStranger(const PackageSheet& sheet) {
  if (sheet.trust == PackageSheet::Trust::Known) return false;
  return sheet.trust == PackageSheet::Trust::Changed || sheet.signer.signs.isEmpty();
}

}  // namespace

Installing::Installing(Session& session, PackageLine& line, Undo& undo, QString home, QObject* parent)
    : QAbstractListModel(parent), m_session(session), m_line(line), m_undo(undo), m_home(std::move(home)) {
  connect(&line, &PackageLine::lost, this, [this] {
    if (!m_open || m_waits) return;
    m_lost = true;
    failed(tr("Latchkey was begun anew meanwhile. Close this, and look at the app again."));
  });
}

QVariant Installing::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= m_rows.size()) return {};
  const auto& row = m_rows[index.row()];
  switch (role) {
    case SentenceRole: return wording::claim(row.change.claim);
    case RemarkRole: return update() ? wording::remark(row.change) : QString();
    case ReasonRole: return row.change.claim.reason;
    case SymbolRole: return wording::claimSymbol(row.change.claim);
    case MoreRole: return update() && asksMore(row.change);
    case GoneRole: return row.change.state == State::Gone;
    case GivableRole: return givable(row.change);
    case GivenRole: return row.given;
    default: return {};
  }
}

QHash<int, QByteArray> Installing::roleNames() const {
  return {{SentenceRole, "sentence"}, {RemarkRole, "remark"},   {ReasonRole, "reason"}, {SymbolRole, "symbolName"},
          {MoreRole, "more"},         {GivableRole, "givable"}, {GivenRole, "given"},   {GoneRole, "gone"}};
}

// What the broker gives as a permission; what was given before it still has.
bool Installing::givable(const ClaimChange& change) const {
  static const QStringList kinds{QStringLiteral("file"), QStringLiteral("folder"), QStringLiteral("network"),
                                 QStringLiteral("listen")};
  return !m_waits && m_sheet.refusal.isEmpty() && asksMore(change) && kinds.contains(change.claim.kind);
}

QString Installing::title() const {
  auto name = wording::isolated(m_sheet.text.name);
  if (m_waits) return tr("%1 wants to ask for more", "an app").arg(name);
  if (!m_sheet.refusal.isEmpty()) return tr("%1 cannot be installed", "an app").arg(name);
  switch (m_sheet.step) {
    case Step::Install: return tr("Install %1?", "an app").arg(name);
    case Step::Update: return tr("Update %1?", "an app").arg(name);
    case Step::Same: return tr("%1 is installed already", "an app").arg(name);
    case Step::Older: return tr("Go back to an older %1?", "an app").arg(name);
  }
  return {};
}

QString Installing::changes() const { return update() ? m_sheet.text.changes : QString(); }

QString Installing::signer() const { return m_waits || m_looking ? QString() : wording::signer(m_sheet); }

bool Installing::stranger() const { return !m_waits && !m_looking && isStranger(m_sheet); }

QString Installing::runtime() const {
  if (m_waits || m_looking || m_sheet.runtime.empty()) return {};
  auto& comes = m_sheet.runtime[0];
  return tr("It runs on %1 %2, which is not here yet and is installed with it.", "a runtime and its version")
             .arg(wording::isolated(comes.text.name), wording::isolated(comes.text.version)) +
         QLatin1Char(' ') + wording::signer(comes);
}

bool Installing::runtimeStranger() const { return !runtime().isEmpty() && isStranger(m_sheet.runtime[0]); }

QString Installing::facts() const {
  auto version = tr("Version %1").arg(wording::isolated(m_sheet.text.version));
  if (m_looking) return version;
  QStringList facts{version, wording::step(m_sheet)};
  if (!m_waits) facts << wording::extent(m_sheet);
  auto travels = m_sheet.travels + (m_sheet.runtime.empty() ? 0 : m_sheet.runtime[0].travels);
  if (travels > 0) facts << tr("%1 to fetch").arg(wording::size(travels));
  if (!m_from.isEmpty()) facts << tr("from %1", "a repository").arg(wording::isolated(m_from));
  return facts.join(BETWEEN);
}

QString Installing::refusal() const { return wording::sentence(m_sheet.refusal); }

QString Installing::claimsHeading() const {
  if (m_looking)
    return m_fault.isEmpty() ? tr("Asking %1 what it is…", "a repository").arg(wording::isolated(m_from)) : QString();
  if (m_sheet.text.isRuntime) return tr("Apps run on it. It starts nothing itself and asks for nothing.");
  if (m_rows.isEmpty()) return tr("It says that it will ask for nothing.");
  if (m_waits) return tr("It says that it will ask to do more than the version you have:");
  return tr("It says that it will ask to:");
}

QString Installing::action() const {
  if (m_waits) return tr("Update");
  switch (m_sheet.step) {
    case Step::Install: return tr("Install");
    case Step::Update: return tr("Update");
    default: return tr("Go back");
  }
}

bool Installing::possible() const {
  return m_open && !m_busy && !m_lost && !m_looking && m_sheet.refusal.isEmpty() &&
         (m_waits || m_sheet.step != Step::Same);
}

bool Installing::occupied() {
  if (m_open) m_undo.did(tr("One app at a time: close what is open first"));
  return m_open;
}

void Installing::look(const QUrl& file) {
  auto path = file.toLocalFile();
  if (path.isEmpty() || occupied()) return;
  m_errand = FarErrand([this, path](FarErrand::Tie& tie) {
    int fd = ::open(path.toLocal8Bit().constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status{};
    QString fault;
    if (fd < 0) fault = tr("It cannot be opened: %1").arg(QString::fromLocal8Bit(strerror(errno)));
    else if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) fault = tr("That is no file.");
    // Whoever gets the news has the descriptor; called off, it is closed with them.
    auto held = std::shared_ptr<int>(new int(fd), [](int* owned) {
      if (*owned >= 0) ::close(*owned);
      delete owned;
    });
    tie.tell([this, held, path, fault] { took(fault.isEmpty() ? std::exchange(*held, -1) : -1, path, fault); });
  });
  if (m_errand.refused()) failed(tr("The disk does not answer"));
}

void Installing::took(int file, const QString& path, const QString& fault) {
  if (!fault.isEmpty()) return failed(fault);
  m_origin = path;
  m_from.clear();
  m_line.look(file, [this](const QString& why, const PackageSheet& sheet) {
    if (!why.isEmpty()) return failed(why);
    m_waits = false;
    set(sheet);
  });
}

void Installing::lookOffer(const PackageOffer& offer, const QString& installed) {
  if (occupied()) return;
  m_errand = FarErrand();
  m_waits = false;
  m_looking = true;
  m_origin = offer.origin();
  m_from = offer.repository;
  PackageSheet sheet;
  sheet.text = offer.text;
  sheet.installed = installed;
  if (!installed.isEmpty()) sheet.step = Step::Update;
  set(sheet);
  m_line.lookOffer(offer, [this, turn = m_turn](const QString& fault, const PackageSheet& found) {
    if (!stands(turn)) return;
    if (!fault.isEmpty()) return failed(fault);
    m_looking = false;
    fill(found);
    Q_EMIT changed();
  });
}

void Installing::show(const Package& waiting) {
  if (m_open || waiting.pending.isEmpty()) return;
  m_from.clear();
  m_errand = FarErrand();
  m_line.letGo();  // What is still being looked at.
  m_waits = true;
  PackageSheet sheet;
  sheet.text = waiting.pendingText;
  sheet.text.id = waiting.text.id;
  sheet.text.version = waiting.pending;
  if (sheet.text.name.isEmpty()) sheet.text.name = waiting.text.name;
  sheet.step = Step::Update;
  sheet.installed = waiting.text.version;
  sheet.claims = waiting.pendingClaims;
  set(sheet);
}

// What is more comes first; what stays as it is is not worth reading again.
void Installing::fill(const PackageSheet& sheet) {
  beginResetModel();
  m_sheet = sheet;
  m_rows.clear();
  for (const auto& change : sheet.claims)
    if (!update() || change.state != State::Same) m_rows << Row{change};
  std::ranges::stable_sort(m_rows,
                           [](const Row& a, const Row& b) { return asksMore(a.change) && !asksMore(b.change); });
  endResetModel();
}

void Installing::set(const PackageSheet& sheet) {
  fill(sheet);
  m_fault.clear();
  m_lost = false;
  m_open = true;
  ++m_turn;
  Q_EMIT changed();
  Q_EMIT openChanged();
}

void Installing::give(int row, bool on) {
  if (row < 0 || row >= m_rows.size() || m_busy || !givable(m_rows[row].change) || m_rows[row].given == on) return;
  m_rows[row].given = on;
  Q_EMIT dataChanged(index(row), index(row), {GivenRole});
}

void Installing::setProgress(double progress) {
  m_progress = progress;
  Q_EMIT progressChanged();
}

void Installing::install() {
  if (!possible()) return;
  m_busy = true;
  m_fault.clear();
  Q_EMIT changed();
  auto turn = m_turn;
  auto name = wording::isolated(this->name());
  if (m_waits) {
    InstallResult updated{InstallResult::Kind::Updated, m_sheet.text.version};
    m_line.accept(app(), m_sheet.text.version, this, [this, turn, name, updated](const QString& fault) {
      if (!fault.isEmpty()) return stands(turn) ? failed(fault) : m_undo.did(fault);
      if (stands(turn)) close();
      tellDone(updated, name);
    });
    return;
  }
  setProgress(0);
  m_line.install(
      {.older = m_sheet.step == Step::Older, .origin = m_origin}, [this](double progress) { setProgress(progress); },
      [this, name](const QString& fault, const InstallResult& result) {
        setProgress(-1);
        if (!fault.isEmpty()) return failed(fault);
        bool here = result.kind == InstallResult::Kind::Installed || result.kind == InstallResult::Kind::Updated;
        if (here) giveChosen();
        close();
        tellDone(result, name);
      });
}

void Installing::refuse() {
  if (!m_waits || m_busy) return;
  m_busy = true;
  Q_EMIT changed();
  auto kept = tr("%1 stays as it is", "an app").arg(wording::isolated(name()));
  m_line.refuse(app(), m_sheet.text.version, this, [this, turn = m_turn, kept](const QString& fault) {
    if (!fault.isEmpty()) return stands(turn) ? failed(fault) : m_undo.did(fault);
    if (stands(turn)) close();
    m_undo.did(kept);
  });
}

// Beside the sheet if it is open, else in the line below.
void Installing::failed(const QString& fault) {
  m_busy = false;
  if (!m_open) return m_undo.did(tr("It is not installed: %1").arg(fault));
  m_fault = fault;
  Q_EMIT changed();
}

void Installing::tellDone(const InstallResult& result, const QString& name) {
  using Kind = InstallResult::Kind;
  auto version = wording::isolated(result.version);
  switch (result.kind) {
    case Kind::Installed:
      return m_undo.did(tr("%1 is installed. Nothing was given to it but what you chose", "an app").arg(name));
    case Kind::Updated:
      return m_undo.did(tr("%1 is at version %2 now. What runs goes on as it was", "an app").arg(name, version));
    case Kind::Pending: return m_undo.did(tr("%1 waits for you: it asks for more than before", "an app").arg(name));
    case Kind::Present: return m_undo.did(tr("%1 is installed already", "an app").arg(name));
  }
}

// One by one, each as if it had been given in the app's own page: what cannot be is told, and the others are given.
void Installing::giveChosen() {
  for (const auto& row : std::as_const(m_rows)) {
    if (!row.given) continue;
    const auto& claim = row.change.claim;
    Rule rule;
    rule.holder = app();
    rule.access = claim.write ? Terms::Access::Write : Terms::Access::Read;
    rule.lifetime = {Terms::Lasting::Always, 0};
    if (claim.kind == QStringLiteral("network") || claim.kind == QStringLiteral("listen")) {
      rule.kind = claim.kind == QStringLiteral("network") ? Terms::Kind::Network : Terms::Kind::Listen;
      rule.target = claim.target;
    } else {
      bool inHome = claim.target == u"~" || claim.target.startsWith(QStringLiteral("~/"));
      auto path = inHome ? m_home + claim.target.mid(1) : claim.target;
      rule.path = path.toLocal8Bit();
      rule.scope = claim.kind == QStringLiteral("folder") ? Terms::Scope::Tree : Terms::Scope::File;
    }
    auto sentence = wording::claim(claim);
    m_session.give(rule, this, [this, sentence](const QString& fault) {
      if (!fault.isEmpty()) m_undo.did(tr("It could not be allowed to %1: %2").arg(sentence, fault));
    });
  }
}

void Installing::cancel() { close(); }

void Installing::close() {
  m_errand = FarErrand();
  m_line.letGo();
  m_open = m_busy = m_looking = false;
  setProgress(-1);
  Q_EMIT openChanged();
  Q_EMIT changed();
}

}  // namespace latchkey::ui
