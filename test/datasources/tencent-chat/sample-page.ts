/**
 * The provider's sample answer, retyped, since it is not JSON as published.
 *
 * @see https://www.tencentcloud.com/document/product/1047/60812
 */
export const SAMPLE_PAGE = {
  ActionStatus: 'OK',
  ErrorInfo: '',
  ErrorCode: 0,
  Official_Account: '@TOA#_15ERQPAER',
  IsFinished: 1,
  LastMsgKey: '71_1_1698741698',
  RspMsgList: [
    {
      From_Account: '144115197276518801',
      IsPlaceMsg: 0,
      MsgBody: [
        {
          MsgContent: { Data: "\b\u0001\u0010\u0006\u001a\u0006Cat's Eye", Desc: 'MIF', Ext: '' },
          MsgType: 'TIMCustomElem',
        },
        { MsgContent: { Data: '', Index: 15 }, MsgType: 'TIMFaceElem' },
      ],
      MsgSeq: 71,
      MsgKey: '71_1_1698741698',
      MsgTimeStamp: 1698741698,
    },
    {
      From_Account: '144115198339527735',
      IsPlaceMsg: 0,
      MsgBody: [
        {
          MsgContent: { Data: '\b\u0001\u0010\u0006\u001a\u000fWatermelon Sister.', Desc: 'MIF', Ext: '' },
          MsgType: 'TIMCustomElem',
        },
        { MsgContent: { Text: 'Report' }, MsgType: 'TIMTextElem' },
      ],
      MsgSeq: 72,
      MsgKey: '72_1_1698741700',
      MsgTimeStamp: 1698741700,
    },
  ],
};
