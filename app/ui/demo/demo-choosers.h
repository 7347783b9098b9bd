// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Questions in which the person picks, and things to pick from.

#include "app/ui/demo/demo-home.h"
#include "app/ui/records.h"

namespace latchkey::ui {

// "choose", "choose-many", "choose-folder", "save-as", "save-many", "choose-hostile", "open-link", "open-file",
// "right-NAME". False for anything else.
bool fillPicking(Request& request, const QString& which);

void addThings(const DemoHome& home);

}  // namespace latchkey::ui
