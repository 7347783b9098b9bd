// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// One change of a trial, to be kept or not.
T.CheckDelegate {
    id: root

    required property string path
    required property string what
    required property string note
    required property string symbol
    required property bool chosen
    required property bool conflict
    required property string fault
    signal picked(on: bool)

    height: Math.max(44, words.implicitHeight + 12)
    hoverEnabled: true
    focusPolicy: Qt.NoFocus
    highlighted: ListView.isCurrentItem && (ListView.view?.activeFocus ?? false)
    Accessible.role: Accessible.CheckBox
    Accessible.name: [path, what, note, fault].filter(part => part.length > 0).join(", ")
    Accessible.checkable: true
    Accessible.checked: checked
    // Left to itself, an assistive program's press changes how it looks and tells nobody.
    Accessible.onPressAction: flip()
    Accessible.onToggleAction: flip()

    function flip() {
        toggle();
        toggled();
    }
    checked: chosen
    onToggled: {
        picked(checked);
        checked = Qt.binding(() => root.chosen);
    }

    indicator: null
    background: Rectangle {
        radius: Theme.controlRadius
        color: root.hovered ? Theme.raised : "transparent"

        FocusRing {
            shown: root.highlighted
            gap: -1
        }
    }
    contentItem: Item {
        CheckMark {
            id: check

            anchors.left: parent.left
            anchors.leftMargin: Theme.unit
            anchors.verticalCenter: parent.verticalCenter
            checked: root.chosen
            text: root.path
            Accessible.ignored: true
            onClicked: {
                checked = Qt.binding(() => root.chosen);
                root.picked(!root.chosen);
            }
        }
        Symbol {
            id: sign

            anchors.left: check.right
            anchors.leftMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            name: root.symbol
            color: Theme.dim
        }
        Column {
            id: words

            anchors.left: sign.right
            anchors.leftMargin: 12
            anchors.right: kind.left
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            spacing: 1

            PlainLabel {
                width: parent.width
                text: root.path
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.fault.length > 0 ? qsTr("Not kept: %1").arg(root.fault) : root.note
                visible: text.length > 0
                font.pixelSize: Theme.small
                color: root.fault.length > 0 || root.conflict ? Theme.text : Theme.dim
                wrapMode: Text.Wrap
                maximumLineCount: 2
                Accessible.ignored: true
            }
        }
        PlainLabel {
            id: kind

            anchors.right: parent.right
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            text: root.what
            font.pixelSize: Theme.small
            color: Theme.dim
            Accessible.ignored: true
        }
    }
}
