// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// A check box with its words beside it.
T.CheckBox {
    id: root

    implicitWidth: Math.ceil(label.implicitWidth) + 30
    implicitHeight: 28
    font.pixelSize: Theme.body
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
        x: root.mirrored ? root.width - width - 1 : 1
        anchors.verticalCenter: parent.verticalCenter
        width: 18
        height: 18
        radius: 4
        color: root.checked ? Theme.accent : Theme.surface
        border.width: root.checked ? 0 : 1
        border.color: Theme.control

        Symbol {
            anchors.centerIn: parent
            name: "check"
            size: 14
            color: Theme.accentInk
            visible: root.checked
        }
        FocusRing {
            shown: root.visualFocus
        }
    }
    contentItem: PlainLabel {
        id: label

        text: root.text
        leftPadding: root.mirrored ? 0 : 28
        rightPadding: root.mirrored ? 28 : 0
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.Wrap
        maximumLineCount: 2
        Accessible.ignored: true
    }
}
