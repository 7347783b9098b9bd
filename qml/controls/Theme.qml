// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma Singleton
import QtQuick
import dev.latchkey.model

// Colours, sizes, times. Text on its ground has a contrast of 4.5 and more, controls 3 and more, in both schemes.
QtObject {
    readonly property bool dark: Look.dark

    readonly property color ground: dark ? "#1e2123" : "#f5f6f6"
    readonly property color surface: dark ? "#282c2f" : "#ffffff"
    readonly property color raised: dark ? "#33383c" : "#eceeee"
    readonly property color pressed: dark ? "#3d4347" : "#dfe3e3"
    readonly property color hairline: dark ? "#3f454a" : "#d8dcdd"
    readonly property color control: dark ? "#7d868c" : "#868f93"
    readonly property color text: dark ? "#e7e9ea" : "#1e2426"
    readonly property color dim: dark ? "#a9b1b6" : "#566065"
    readonly property color accent: usable(Look.accent) ? Look.accent : dark ? "#4dbdb2" : "#0f766e"
    readonly property color accentInk: inkOn(accent)
    readonly property color accentSoft: dark ? "#24403d" : "#dcefed"
    readonly property color ending: dark ? "#f2938b" : "#b3261e"
    readonly property color endingInk: dark ? "#2b0f0c" : "#ffffff"
    readonly property color quote: dark ? "#353128" : "#f6f0e2"
    readonly property color quoteEdge: dark ? "#8c7a4e" : "#b99a4e"
    readonly property color notice: dark ? "#3a3420" : "#fdf3d3"
    readonly property color shade: dark ? "#b0000000" : "#66202628"

    // By which machines are told from each other; so are those of people who see fewer colours.
    readonly property list<color> stripes: dark ? ["#7aa6fc", "#6ee0fc", "#49bf87", "#eac44c", "#e78040", "#e784af", "#ad73c3", "#d6dfe2"] : ["#2d60c6", "#008fb3", "#057340", "#9d7601", "#963400", "#d13d7a", "#692f90", "#40464a"]

    readonly property int unit: 8
    readonly property int half: 4
    readonly property int margin: 24
    readonly property int radius: 8
    readonly property int controlRadius: 6
    readonly property int controlHeight: 34

    readonly property int display: 26
    readonly property int title: 20
    readonly property int heading: 15
    readonly property int body: 13
    readonly property int small: 12

    readonly property int fade: Look.motion ? 120 : 0

    // Relative luminance and contrast as WCAG 2 defines them.
    function linear(part: real): real {
        return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    }
    function luminance(shown: color): real {
        return 0.2126 * linear(shown.r) + 0.7152 * linear(shown.g) + 0.0722 * linear(shown.b);
    }
    function contrast(one: color, other: color): real {
        const a = luminance(one), b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }
    function inkOn(below: color): color {
        return contrast(below, "#ffffff") >= 4.5 ? "#ffffff" : contrast(below, "#10201f") >= 4.5 ? "#10201f" : "#000000";
    }
    // An accent that can be told from all it stands on.
    function usable(accent: color): bool {
        return accent.valid && accent.a === 1 && [ground, surface, raised, accentSoft].every(below => contrast(accent, below) >= 3);
    }
    function symbol(name: string, shown: color): url {
        return "image://symbol/" + name + "?" + shown.toString();
    }
}
