// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Whether the network costs by the amount, as NetworkManager knows or guesses it.

namespace latchkey::store {

// False where nobody says so. Waits for a second at most.
bool isMetered();

}  // namespace latchkey::store
