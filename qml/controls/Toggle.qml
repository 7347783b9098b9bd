// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

T.Switch {
    id: root

    implicitWidth: 40
    implicitHeight: 24
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checkable: true
    Accessible.checked: checked
    // Left to itself, an assistive program's press changes how it looks and tells nobody.
    Accessible.onPressAction: flip()
    Accessible.onToggleAction: flip()

    function flip() {
        toggle();
        toggled();
    }

    indicator: Rectangle {
        width: 40
        height: 22
        anchors.centerIn: parent
        radius: 11
        color: root.checked ? Theme.accent : Theme.raised
        border.width: 1
        border.color: root.checked ? Theme.accent : Theme.control

        Rectangle {
            x: (root.checked !== root.mirrored) ? parent.width - width - 3 : 3
            y: 3
            width: 16
            height: 16
            radius: 8
            color: root.checked ? Theme.accentInk : Theme.control

            Behavior on x {
                NumberAnimation {
                    duration: Theme.fade
                }
            }
        }
        FocusRing {
            shown: root.visualFocus
            radius: 14
        }
    }
    contentItem: null
}
