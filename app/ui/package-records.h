// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the window knows of apps that came as bundles. Words of their authors are in the person's language where there
// are any, bounded and clean, and nobody is to believe them.

#include <QList>
#include <QString>
#include <QStringList>

#include <vector>

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
  QString changes = {};  // These two: paragraphs, one a line.
  QString description = {};
  QString licence = {};
  bool isRuntime = false;  // Others run on it; it starts nothing.
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
  quint64 travels = 0;  // From a repository, yet.
  QString refusal;
  std::vector<PackageSheet> runtime = {};  // What it runs on and comes with it, or nothing.
};

// What a repository offers, as its catalog says.
struct PackageOffer {
  QString followed;  // What the store calls the repository.
  QString repository;
  QString channel;
  PackageText text;
  PackageSigner signer;
  quint64 bytes = 0;

  // As it is kept with what is installed.
  QString origin() const;
};

struct FoundOffers {
  QList<PackageOffer> list;
  int whole = 0;  // Of so many.
};

struct PackageUpdate {
  PackageOffer offer;
  QString installed;
  bool waits = false;
};

struct FollowedRepository {
  QString followed;
  QString id;  // Empty: damaged.
  QString location;
  QString key;
  QString keyId;
  int apps = 0;
  qint64 expires = 0, reached = 0, asked = 0;  // Nanoseconds since 1970; 0: never.
  QString problem;                             // What was wrong when it was asked last.
  QString trouble;                             // Why nothing of it can be installed.
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
  QString origin;
  bool automatic = true;  // Updates that ask for no more come by themselves.
  QString previous;       // The version it can go back to.
  QString pending;        // The version that waits for the person.
  PackageText pendingText;
  QList<ClaimChange> pendingClaims;
};

}  // namespace latchkey::ui
