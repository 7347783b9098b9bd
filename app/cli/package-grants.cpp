// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/package-grants.h"

#include <kj/debug.h>

#include "app/cli/names.h"
#include "app/cli/place.h"
#include "broker/base/descriptor.h"
#include "broker/base/log.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

// What of a claim is a grant. Abilities are of kind desktop; limits, slots and a screen are not given by anybody.
kj::Maybe<schema::Kind> grantKind(PackageClaim claim) {
  auto kind = text(claim.getKind());
  if (kind == "ability") {
    if (claim.getTarget() == "needs-x11") return nullptr;
    return schema::Kind::DESKTOP;
  }
  if (kind == "window" || kind == "limit" || kind == "slot") return nullptr;
  return named<schema::Kind>(kind);
}

void describe(Call& call, PackageClaim claim, schema::Kind kind, schema::Person::GrantParams::Builder params) {
  auto target = text(claim.getTarget());
  auto object = params.initObject();
  if (kind == schema::Kind::FILE || kind == schema::Kind::FOLDER) {
    if (target == "~" || target.starts_with("~/")) target = call.link.places().home + target.substr(1);
    auto scope = kind == schema::Kind::FOLDER ? schema::Scope::TREE : schema::Scope::FILE;
    if (!target.starts_with('/')) throw UsageError("it is no place on this computer");
    auto place = choosePlace(target, scope);
    place.fill(object);
    params.setFile(descriptorOf(kj::mv(place.fd)));
    return;
  }
  bool network = kind == schema::Kind::NETWORK || kind == schema::Kind::LISTEN;
  object.setScope(network ? schema::Scope::HOST : schema::Scope::FILE);
  object.setTarget(target);
}

void give(Call& call, const std::string& app, PackageClaim claim, schema::Kind kind) {
  auto ask = call.link.person().grantRequest();
  ask.setHolder(app);
  ask.setKind(kind);
  ask.setAccess(claim.getAccess() == "write" ? schema::Access::WRITE : schema::Access::READ);
  ask.setOrigin(schema::Origin::ADDED);
  ask.initLifetime().setAlways();
  describe(call, claim, kind, ask);
  ask.send().wait(call.link.waits());
}

}  // namespace

std::vector<PackageClaim> chooseClaims(ClaimChanges claims, const std::vector<std::string>& named) {
  std::vector<PackageClaim> chosen;
  for (auto& name : named) {
    kj::Maybe<PackageClaim> found;
    for (auto change : claims) {
      if (change.getState() != schema::ClaimChange::State::GONE && claimName(change.getClaim()) == name)
        found = change.getClaim();
    }
    KJ_IF_MAYBE (claim, found) {
      if (grantKind(*claim) == nullptr)
        throw UsageError("--allow " + brief(name, 100) + ": nothing of that kind is given beforehand");
      chosen.push_back(*claim);
    } else {
      throw UsageError("--allow " + brief(name, 100) + ": it does not claim that; say KIND:TARGET as it does");
    }
  }
  return chosen;
}

bool allowClaims(Call& call, const std::string& app, const std::vector<PackageClaim>& claims) {
  bool all = true;
  for (auto claim : claims) {
    std::string why;
    try {
      give(call, app, claim, KJ_ASSERT_NONNULL(grantKind(claim)));
    } catch (const UsageError& error) {
      why = error.what();
    } catch (const kj::Exception& exception) {
      why = reason(exception);
    }
    if (why.empty()) {
      call.console.print("Allowed: " + claimWords(claim) + ".\n");
      continue;
    }
    Console::complain("not allowed " + claimWords(claim) + ": " + why);
    all = false;
  }
  return all;
}

std::vector<std::string> grantsOf(Call& call, const std::string& app) {
  auto ask = call.link.person().grantsRequest();
  ask.setEnded(false);
  auto answer = ask.send().wait(call.link.waits());
  std::vector<std::string> ids;
  for (auto grant : answer.getList()) {
    auto holder = text(grant.getHolder());
    if (holder == app || holder.starts_with(app + "@")) ids.push_back(text(grant.getId()));
  }
  return ids;
}

}  // namespace latchkey::cli
