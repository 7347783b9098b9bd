// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A library that no computer has: libother.so.7, of release RELEASE. Part of a runtime in runtimes-test.

extern "C" const char* otherRelease() { return "release " RELEASE; }
