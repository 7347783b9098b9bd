// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// One of a few whose words are long, below each other.
Column {
    id: root

    required property list<choice> choices
    required property int value
    required property string label
    signal picked(int value)

    spacing: 2
    Accessible.role: Accessible.Grouping
    Accessible.name: label

    // The one that is chosen, or the first.
    function settle() {
        for (let i = 0; i < buttons.count; ++i) {
            if (buttons.itemAt(i)?.checked) // qmllint disable missing-property
                return buttons.itemAt(i).forceActiveFocus(Qt.TabFocusReason);
        }
        buttons.itemAt(0)?.forceActiveFocus(Qt.TabFocusReason);
    }

    Repeater {
        id: buttons

        model: root.choices

        T.RadioButton {
            id: button

            required property choice modelData

            width: root.width
            implicitHeight: 28
            text: modelData.text
            checked: root.value === modelData.value
            focusPolicy: Qt.StrongFocus
            Accessible.role: Accessible.RadioButton
            Accessible.name: root.label + ": " + text
            Accessible.checkable: true
            Accessible.checked: checked
            onClicked: root.picked(modelData.value)

            indicator: Rectangle {
                x: button.mirrored ? button.width - width - 2 : 2
                anchors.verticalCenter: parent.verticalCenter
                width: 16
                height: 16
                radius: 8
                color: Theme.surface
                border.width: button.checked ? 5 : 1
                border.color: button.checked ? Theme.accent : Theme.control
            }
            contentItem: PlainLabel {
                text: button.text
                leftPadding: button.mirrored ? 0 : 26
                rightPadding: button.mirrored ? 26 : 0
                verticalAlignment: Text.AlignVCenter
                Accessible.ignored: true
            }
            background: Item {
                FocusRing {
                    shown: button.visualFocus
                    gap: 1
                }
            }
        }
    }
}
