// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Four words, large. What the other machine calls itself stands apart: it is its own word.
Column {
    id: root

    required property Pairing pairing
    // What began before it was seen does not count.
    readonly property InputGuard guard: InputGuard {
        window: root.Window.window
    }

    spacing: 12

    Binding {
        target: root.pairing
        property: "armed"
        value: root.guard.open
    }
    QuoteBox {
        width: parent.width
        who: ""
        lead: qsTr("The other machine calls itself:")
        words: root.pairing.announced
    }
    Card {
        width: parent.width
        height: grid.height + 32
        color: Theme.raised
        Accessible.role: Accessible.Grouping
        Accessible.name: qsTr("Four words: %1").arg(root.pairing.words.join(", "))

        // They are read in one order, whichever way the rest is written.
        Grid {
            id: grid

            readonly property bool wide: width > 320

            LayoutMirroring.enabled: false
            LayoutMirroring.childrenInherit: true
            x: 20
            y: 16
            width: parent.width - 40
            columns: wide ? 2 : 1
            rowSpacing: 8

            Repeater {
                model: root.pairing.words

                Row {
                    id: one

                    required property string modelData
                    required property int index

                    width: grid.wide ? grid.width / 2 : grid.width
                    spacing: 10

                    PlainLabel {
                        anchors.baseline: word.baseline
                        text: one.index + 1
                        color: Theme.dim
                        Accessible.ignored: true
                    }
                    PlainLabel {
                        id: word

                        width: one.width - 24
                        text: one.modelData
                        font.pixelSize: Theme.display
                        font.weight: Font.DemiBold
                        fontSizeMode: Text.HorizontalFit
                        minimumPixelSize: Theme.heading
                    }
                }
            }
        }
    }
    PlainLabel {
        width: parent.width
        text: qsTr("All four, in this order. If they are the same, nobody stands between the two machines.")
        wrapMode: Text.Wrap
    }
    PlainLabel {
        width: parent.width
        text: qsTr("%Ln more machine(s) ask to be added", "", root.pairing.behind)
        visible: root.pairing.behind > 0
        font.pixelSize: Theme.small
        color: Theme.dim
        wrapMode: Text.Wrap
    }
    GuardLine {
        width: parent.width
        guard: root.guard
    }
}
