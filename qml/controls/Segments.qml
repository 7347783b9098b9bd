// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// One of a few, side by side. Arrow keys move the choice.
Item {
    id: root

    required property list<choice> choices
    required property int value
    required property string label
    signal picked(int value)

    implicitHeight: Theme.controlHeight
    implicitWidth: row.naturalSum + 4
    Accessible.role: Accessible.Grouping
    Accessible.name: label

    Rectangle {
        anchors.fill: parent
        radius: Theme.controlRadius
        color: Theme.raised
        border.width: 1
        border.color: Theme.hairline
    }
    Row {
        id: row

        x: 2
        y: 2
        width: parent.width - 4
        height: parent.height - 4

        Repeater {
            id: repeater

            model: root.choices
            onItemAdded: root.measure()
            onItemRemoved: root.measure()

            T.RadioButton {
                id: segment

                required property choice modelData
                required property int index
                readonly property real natural: label.implicitWidth + 24

                onNaturalChanged: root.measure()

                // The room left over is shared out, and so is what is missing.
                width: Math.max(24, natural + (row.width - row.naturalSum) / repeater.count)
                height: row.height
                text: modelData.text
                checked: root.value === modelData.value
                autoExclusive: true
                focusPolicy: Qt.StrongFocus
                Accessible.role: Accessible.RadioButton
                Accessible.name: root.label + ": " + text
                Accessible.checkable: true
                Accessible.checked: checked
                onClicked: root.picked(modelData.value)
                Keys.onLeftPressed: root.move(LayoutMirroring.enabled ? 1 : -1, index)
                Keys.onRightPressed: root.move(LayoutMirroring.enabled ? -1 : 1, index)

                contentItem: PlainLabel {
                    id: label

                    text: segment.text
                    horizontalAlignment: Text.AlignHCenter
                    verticalAlignment: Text.AlignVCenter
                    elide: Text.ElideRight
                    font.weight: segment.checked ? Font.DemiBold : Font.Normal
                    color: segment.checked ? Theme.text : Theme.dim
                    Accessible.ignored: true
                }
                background: Rectangle {
                    radius: Theme.controlRadius - 1
                    color: segment.checked ? Theme.surface : segment.hovered ? Theme.pressed : "transparent"
                    border.width: segment.checked ? 1 : 0
                    border.color: Theme.accent

                    FocusRing {
                        shown: segment.visualFocus
                        gap: 2
                    }
                }
            }
        }
        // What all would like to have. No binding: it would be about what its own evaluation lays out, and such a one may
        // be left at an old value.
        property real naturalSum: 0
    }

    function measure() {
        let sum = 0;
        for (let i = 0; i < repeater.count; ++i)
            sum += repeater.itemAt(i)?.natural ?? 0; // qmllint disable missing-property
        row.naturalSum = sum;
    }
    function move(step: int, index: int) {
        const next = index + step;
        if (next < 0 || next >= repeater.count)
            return;
        root.picked(root.choices[next].value);
        repeater.itemAt(next).forceActiveFocus(Qt.TabFocusReason);
    }
}
