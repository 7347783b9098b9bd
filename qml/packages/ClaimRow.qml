// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// One thing that an app says it will ask for: in our words, then in its author's. Given now only if it is ticked.
T.ItemDelegate {
    id: root

    required property int index
    required property string sentence
    required property string remark
    required property string reason
    required property string symbolName
    required property bool more
    required property bool gone
    required property bool givable
    required property bool given
    signal wanted(row: int, on: bool)

    implicitHeight: lines.implicitHeight + 14
    highlighted: ListView.isCurrentItem && (ListView.view?.activeFocus ?? false)
    focusPolicy: Qt.NoFocus
    Accessible.role: givable ? Accessible.CheckBox : Accessible.ListItem
    Accessible.name: [remark, sentence].filter(part => part.length > 0).join(": ")
    Accessible.description: reason.length > 0 ? qsTr("Its author says: “%1”").arg(reason) : ""
    Accessible.checkable: givable
    Accessible.checked: given
    Accessible.onPressAction: flip()
    Accessible.onToggleAction: flip()
    onClicked: flip()
    Keys.onSpacePressed: flip()

    function flip() {
        if (givable)
            wanted(index, !given);
    }

    background: Item {
        FocusRing {
            shown: root.highlighted
            gap: -1
        }
    }
    contentItem: Item {
        Symbol {
            id: mark

            anchors.left: parent.left
            anchors.leftMargin: Theme.unit
            y: 8
            name: root.symbolName
            color: root.more ? Theme.accent : Theme.dim
        }
        Column {
            id: lines

            anchors.left: mark.right
            anchors.leftMargin: 12
            anchors.right: box.visible ? box.left : parent.right
            anchors.rightMargin: 12
            y: 7
            spacing: 3

            PlainLabel {
                width: parent.width
                text: root.sentence
                color: root.gone ? Theme.dim : Theme.text
                font.strikeout: root.gone
                wrapMode: Text.Wrap
                maximumLineCount: 3
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.remark
                visible: text.length > 0
                font.pixelSize: Theme.small
                font.weight: root.more ? Font.DemiBold : Font.Normal
                color: root.more ? Theme.text : Theme.dim
                wrapMode: Text.Wrap
                maximumLineCount: 3
                Accessible.ignored: true
            }
            Rectangle {
                width: parent.width
                height: words.implicitHeight + 8
                radius: Theme.half
                color: Theme.quote
                visible: root.reason.length > 0

                PlainLabel {
                    id: words

                    anchors.left: parent.left
                    anchors.right: parent.right
                    anchors.margins: 8
                    anchors.verticalCenter: parent.verticalCenter
                    text: qsTr("“%1”").arg(root.reason)
                    font.pixelSize: Theme.small
                    wrapMode: Text.Wrap
                    maximumLineCount: 3
                    Accessible.ignored: true
                }
            }
        }
        CheckLine {
            id: box

            anchors.right: parent.right
            y: 2
            text: qsTr("Allow now")
            visible: root.givable
            checked: root.given
            focusPolicy: Qt.NoFocus
            Accessible.ignored: true
            onToggled: root.wanted(root.index, checked)
        }
    }
}
