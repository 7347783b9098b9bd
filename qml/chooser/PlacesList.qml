// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// Where people keep their things.
ListView {
    id: root

    required property FileChooser chooser

    topMargin: 6
    bottomMargin: 6
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    model: chooser.places
    currentIndex: chooser.place
    keyNavigationEnabled: true
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Places")
    T.ScrollBar.vertical: Scroll {}

    delegate: T.AbstractButton {
        id: place

        required property chooserPlace modelData
        required property int index
        readonly property bool here: root.chooser.place === index

        width: root.width
        height: modelData.apart ? 43 : 32
        topPadding: modelData.apart ? 11 : 0
        focusPolicy: Qt.StrongFocus
        hoverEnabled: true
        Accessible.role: Accessible.ListItem
        Accessible.name: modelData.name
        Accessible.selected: here
        Accessible.onPressAction: click()
        onClicked: root.chooser.openPlace(index)
        Keys.onReturnPressed: click()
        Keys.onEnterPressed: click()
        Keys.onUpPressed: root.itemAtIndex(index - 1)?.forceActiveFocus(Qt.BacktabFocusReason)
        Keys.onDownPressed: root.itemAtIndex(index + 1)?.forceActiveFocus(Qt.TabFocusReason)

        Rectangle {
            x: 12
            y: 5
            width: parent.width - 24
            height: 1
            color: Theme.hairline
            visible: place.modelData.apart
        }
        Rectangle {
            anchors.fill: parent
            anchors.topMargin: place.topPadding
            anchors.leftMargin: 6
            anchors.rightMargin: root.contentHeight > root.height ? 12 : 6
            radius: Theme.controlRadius
            color: place.here ? Theme.accentSoft : place.hovered ? Theme.raised : "transparent"

            Symbol {
                id: sign

                anchors.left: parent.left
                anchors.leftMargin: 8
                anchors.verticalCenter: parent.verticalCenter
                name: place.modelData.symbol
                color: place.here ? Theme.accent : Theme.dim
            }
            PlainLabel {
                anchors.left: sign.right
                anchors.leftMargin: 10
                anchors.right: parent.right
                anchors.rightMargin: 6
                anchors.verticalCenter: parent.verticalCenter
                text: place.modelData.name
                font.weight: place.here ? Font.DemiBold : Font.Normal
                Accessible.ignored: true
            }
            FocusRing {
                shown: place.visualFocus
                gap: 0
            }
        }
    }
}
