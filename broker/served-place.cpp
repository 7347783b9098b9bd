// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/served-place.h"

#include <algorithm>

#include "broker/grants/reach.h"

namespace latchkey {
namespace {

const std::string PLACE = "/shared";

std::string lastPart(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::string servedPath(const Grant& grant) {
  return grant.kind == Kind::Folder ? PLACE + "/" + lastPart(grant.object.path) : grant.object.path;
}

std::string servedFolder(const Grant& grant) {
  auto path = servedPath(grant);
  if (grant.kind == Kind::Folder) return path;
  auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string servedHome(const Grant& grant) {
  return grant.kind == Kind::Folder ? std::string("/home") : servedPath(grant);
}

std::string servedTitle(const Grant& grant) { return lastPart(grant.object.path); }

std::string faultOfServing(Ceilings& ceilings, const Grant& grant) {
  auto fault = ceilings.fault(grant.holder, grant.kind, grant.object, grant.access);
  if (fault.empty()) fault = ceilings.tooWide(grant.kind, grant.object);
  if (!fault.empty() || grant.kind != Kind::Folder) return fault;
  auto hidden = ceilings.hidden(grant.holder);
  auto inside = std::ranges::find_if(hidden, [&](auto& place) { return liesIn(place, grant.object.path); });
  return inside == hidden.end() ? "" : "there is something in it that nobody else ever gets: " + *inside;
}

}  // namespace latchkey
