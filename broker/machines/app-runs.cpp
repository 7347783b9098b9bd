// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/app-runs.h"

#include <algorithm>

#include "broker/grants/grant-schema.h"

namespace latchkey {

AppRun fromSchema(schema::AppRun::Reader run) {
  auto state = std::min(static_cast<unsigned>(run.getState()), static_cast<unsigned>(AppRun::State::Failed));
  return {.state = static_cast<AppRun::State>(state),
          .code = run.getCode(),
          .number = run.getNumber(),
          .since = fromNanos(std::max<int64_t>(run.getSince(), 0))};
}

void toSchema(const AppRun& run, schema::AppRun::Builder builder) {
  builder.setState(static_cast<schema::AppRun::State>(run.state));
  builder.setCode(run.code);
  builder.setNumber(run.number);
  builder.setSince(toNanos(run.since));
}

}  // namespace latchkey
