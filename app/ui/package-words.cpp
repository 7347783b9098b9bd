// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/package-words.h"

#include <QCoreApplication>

#include "app/ui/wording.h"

namespace latchkey::ui::wording {
namespace {

constexpr qsizetype MOST_NAMED = 3;
const auto BETWEEN = QStringLiteral(" · ");

struct PackageWords {
  Q_DECLARE_TR_FUNCTIONS(PackageWords)
};

QString ability(const QString& name) {
  if (name == QStringLiteral("own-sandboxes"))
    return PackageWords::tr("make protected rooms of its own inside, as browsers do");
  if (name == QStringLiteral("gpu")) return PackageWords::tr("draw with the graphics processor");
  if (name == QStringLiteral("needs-x11")) return PackageWords::tr("have a screen of the older kind; it gets its own");
  return PackageWords::tr("have the ability %1").arg(isolated(name));
}

QString limit(const QString& target) {
  auto what = target.section(u'=', 0, 0), amount = target.section(u'=', 1);
  if (what == QStringLiteral("memory"))
    return PackageWords::tr("use %1 of memory at most").arg(size(amount.toULongLong()));
  if (what == QStringLiteral("processes"))
    return PackageWords::tr("run %Ln process(es) at most", nullptr, amount.toInt());
  if (what == QStringLiteral("cpu")) return PackageWords::tr("use %L1 % of one processor at most").arg(amount.toInt());
  return PackageWords::tr("keep to the limit %1").arg(isolated(target));
}

}  // namespace

QString claim(const PackageClaim& claim) {
  auto kind = claim.kind;
  auto target = isolated(claim.target);
  if (kind == QStringLiteral("file"))
    return (claim.write ? PackageWords::tr("open and change the file %1") : PackageWords::tr("open the file %1"))
        .arg(target);
  if (kind == QStringLiteral("folder"))
    return (claim.write ? PackageWords::tr("see and change everything in %1")
                        : PackageWords::tr("see everything in %1"))
        .arg(target);
  if (kind == QStringLiteral("network")) return PackageWords::tr("connect with %1").arg(target);
  if (kind == QStringLiteral("listen")) return PackageWords::tr("be reached by others at %1").arg(target);
  if (kind == QStringLiteral("service")) return PackageWords::tr("use the service %1").arg(target);
  if (kind == QStringLiteral("desktop")) return PackageWords::tr("use of the desktop: %1").arg(target);
  if (kind == QStringLiteral("device")) return PackageWords::tr("use the device %1").arg(target);
  if (kind == QStringLiteral("app")) return PackageWords::tr("use the app %1").arg(target);
  if (kind == QStringLiteral("window")) return PackageWords::tr("see the window %1").arg(target);
  if (kind == QStringLiteral("ability")) return ability(claim.target);
  if (kind == QStringLiteral("limit")) return limit(claim.target);
  if (kind == QStringLiteral("slot")) return PackageWords::tr("be given another app as %1").arg(target);
  return QStringLiteral("%1 %2").arg(isolated(kind), target);
}

QString remark(const ClaimChange& change) {
  using State = ClaimChange::State;
  switch (change.state) {
    case State::New: return PackageWords::tr("New");
    case State::Wider: return PackageWords::tr("More than before, when it was to %1").arg(claim(change.before));
    case State::Narrower: return PackageWords::tr("Less than before, when it was to %1").arg(claim(change.before));
    case State::Gone: return PackageWords::tr("Not any more");
    case State::Same: break;
  }
  return {};
}

QString claimSymbol(const PackageClaim& claim) {
  static const QHash<QString, QString> symbols{
      {QStringLiteral("file"), QStringLiteral("file")},       {QStringLiteral("folder"), QStringLiteral("folder")},
      {QStringLiteral("network"), QStringLiteral("network")}, {QStringLiteral("listen"), QStringLiteral("listen")},
      {QStringLiteral("service"), QStringLiteral("service")}, {QStringLiteral("device"), QStringLiteral("usb")},
      {QStringLiteral("app"), QStringLiteral("apps")},        {QStringLiteral("slot"), QStringLiteral("apps")},
      {QStringLiteral("limit"), QStringLiteral("activity")}};
  return symbols.value(claim.kind, QStringLiteral("screen"));
}

QString signer(const PackageSheet& sheet) {
  auto key = isolated(sheet.signer.id);
  switch (sheet.trust) {
    case PackageSheet::Trust::Known: return PackageWords::tr("Signed by the key %1, as before.").arg(key);
    case PackageSheet::Trust::Changed:
      return PackageWords::tr("Signed by the key %1, and not by %2 as before.").arg(key, isolated(sheet.before.id));
    case PackageSheet::Trust::FirstSeen: break;
  }
  if (sheet.signer.signs.isEmpty())
    return PackageWords::tr("Signed by the key %1, seen for the first time. Whose it is, nothing here says.").arg(key);
  QStringList names;
  for (const auto& name : sheet.signer.signs.mid(0, MOST_NAMED)) names << isolated(name);
  auto more = int(sheet.signer.signs.size() - names.size());
  if (more > 0) names << PackageWords::tr("%Ln more", nullptr, more);
  return PackageWords::tr("Signed by the key %1, which also signed %2.").arg(key, names.join(QStringLiteral(", ")));
}

QString extent(const PackageSheet& sheet) {
  if (sheet.newBytes >= sheet.bytes) return size(sheet.bytes);
  return PackageWords::tr("%1, of which %2 are not here yet").arg(size(sheet.bytes), size(sheet.newBytes));
}

QString step(const PackageSheet& sheet) {
  auto installed = isolated(sheet.installed);
  switch (sheet.step) {
    case PackageSheet::Step::Install: return PackageWords::tr("New here");
    case PackageSheet::Step::Update: return PackageWords::tr("Comes in the place of %1").arg(installed);
    case PackageSheet::Step::Same: return PackageWords::tr("This very version is installed");
    case PackageSheet::Step::Older: return PackageWords::tr("Not newer than %1, which is installed").arg(installed);
  }
  return {};
}

QString sentence(const QString& reason) {
  return reason.isEmpty()
             ? reason
             : reason[0].toUpper() + reason.mid(1) + (reason.endsWith(u'.') ? QString() : QStringLiteral("."));
}

QString offered(const PackageOffer& offer) {
  return QStringList{PackageWords::tr("from %1", "a repository").arg(isolated(offer.origin())),
                     PackageWords::tr("version %1").arg(isolated(offer.text.version)), size(offer.bytes)}
      .join(BETWEEN);
}

QString offerSigner(const PackageOffer& offer) {
  if (offer.signer.signs.isEmpty())
    return PackageWords::tr("Signed by the key %1, of which nothing is here yet").arg(isolated(offer.signer.id));
  return PackageWords::tr("Signed by the key %1, as %2 is")
      .arg(isolated(offer.signer.id), isolated(offer.signer.signs[0]));
}

QString extent(const FollowedRepository& repository) {
  if (repository.id.isEmpty()) return {};
  QStringList parts{PackageWords::tr("%Ln app(s)", nullptr, repository.apps)};
  if (repository.reached != 0) parts << PackageWords::tr("reached: %1", "a moment").arg(moment(repository.reached));
  parts << PackageWords::tr("good until %1", "a day").arg(moment(repository.expires));
  return parts.join(BETWEEN);
}

QString problem(const FollowedRepository& repository) {
  if (!repository.trouble.isEmpty()) return sentence(repository.trouble);
  if (repository.problem.isEmpty()) return {};
  auto name = isolated(repository.id);
  if (repository.reached == 0)
    return PackageWords::tr("%1 could not be reached: %2", "a repository; a reason").arg(name, repository.problem);
  return PackageWords::tr("%1 could not be reached since %2: %3", "a repository; a moment; a reason")
      .arg(name, moment(repository.reached), repository.problem);
}

}  // namespace latchkey::ui::wording
