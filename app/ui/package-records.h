// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the window knows of apps that came as bundles. Words of their authors are in the person's language where there
// are any, bounded and clean, and nobody is to believe them.

#include <QList>
#include <QString>
#include <QStringList>

namespace latchkey::ui {

struct PackageClaim {
  QString kind;  // Of a grant; or "ability", "limit", "slot" (broker/schema/packages.capnp).
  QString target;
  bool write = false;
  QString reason;  // The author's words.
};

struct ClaimChange {
  enum class State { Same, New, Wider, Narrower, Gone };
  State state = State::New;
  PackageClaim claim;  // `Gone`: what it was.
  PackageClaim before;
};

struct PackageText {
  QString id;
  QString version;
  QString name;
  QString summary;
  QString changes;
};

struct PackageSigner {
  QString id;
  QStringList signs;  // Other apps of the same key.
};

// All there is to be shown of a bundle before the person decides.
struct PackageSheet {
  enum class Trust { FirstSeen, Known, Changed };
  enum class Step { Install, Update, Same, Older };
  PackageText text;
  PackageSigner signer;
  PackageSigner before;  // `Changed`: whose it was.
  Trust trust = Trust::FirstSeen;
  Step step = Step::Install;
  QString installed;
  QList<ClaimChange> claims;
  quint64 bytes = 0, newBytes = 0;
  QString refusal;
};

struct InstallChoice {
  bool older = false;
  QString origin;
};

struct InstallResult {
  enum class Kind { Installed, Updated, Pending, Present };
  Kind kind = Kind::Installed;
  QString version;
};

struct Package {
  PackageText text;
  bool installed = false;  // Else its record is kept, since its data is.
  QString previous;        // The version it can go back to.
  QString pending;         // The version that waits for the person.
  PackageText pendingText;
  QList<ClaimChange> pendingClaims;
};

}  // namespace latchkey::ui
